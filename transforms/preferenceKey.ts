/**
 * The key of a preference's row: the segments joined by `.`; a `.` or `\` inside a segment is escaped by `\`, so that
 * `preferenceSegments` finds the segments again.
 */
export function preferenceKey(...segments: readonly string[]): string {
  return segments.map((segment) => segment.replace(/[.\\]/g, "\\$&")).join(".");
}

/** The segments of a row's key; the inverse of `preferenceKey`. */
export function preferenceSegments(key: string): string[] {
  const segments = [""];
  let escaped = false;
  for (const character of key) {
    if (!escaped && character === "\\") escaped = true;
    else if (!escaped && character === ".") segments.push("");
    else {
      segments.push((segments.pop() ?? "") + character);
      escaped = false;
    }
  }
  return segments;
}
