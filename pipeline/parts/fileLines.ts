import { readFileSync } from "node:fs";

/** The lines of a file, decoded one by one, since a text that is decoded as a whole is as wide as its widest character. */
export function* fileLines(path: string): Generator<string> {
  const bytes = readFileSync(path);
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start);
    const stop = end === -1 ? bytes.length : end;
    yield bytes.toString("utf8", start, stop);
    start = stop + 1;
  }
}
