/**
 * A JSON Pointer (RFC 6901): `jsonPointer("toolCalls", 2, "arguments")` is `/toolCalls/2/arguments`.
 *
 * @param segments keys and array indexes from the document inwards; `~` and `/` in a key are escaped.
 */
export function jsonPointer(...segments: readonly (string | number)[]): string {
  let pointer = "";
  for (const segment of segments) {
    pointer += `/${typeof segment === "number" ? segment : segment.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  }
  return pointer;
}
