/** Encoded parts on their way to the importer: a file a phase, a line a part: what it costs as JSON, a tab, its text. */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { EncodedPart } from "./encodeDocuments.js";

/** Letters that are gathered before they are written. */
const blockLetters = 1 << 18;

const lineFeed = 10;
const tab = 9;

interface OpenFile {
  readonly path: string;
  readonly descriptor: number;
  waiting: string[];
  letters: number;
}

/** The open files of one request. */
export class EncodedFiles {
  private readonly open = new Map<string, OpenFile>();

  constructor(
    private readonly directory: string,
    private readonly prefix: string,
  ) {}

  write(phase: string, part: EncodedPart, text: string): void {
    let file = this.open.get(phase);
    if (file === undefined) {
      const path = join(this.directory, `${this.prefix}-${this.open.size}.parts`);
      file = { path, descriptor: openSync(path, "w", 0o600), waiting: [], letters: 0 };
      this.open.set(phase, file);
    }
    file.waiting.push(JSON.stringify(part), "\t", text, "\n");
    file.letters += text.length;
    if (file.letters >= blockLetters) drain(file);
  }

  /** Closes everything; the files by phase. */
  close(): Record<string, string> {
    for (const file of this.open.values()) {
      drain(file);
      closeSync(file.descriptor);
    }
    return Object.fromEntries([...this.open].map(([phase, { path }]) => [phase, path]));
  }
}

function drain(file: OpenFile): void {
  const bytes = Buffer.from(file.waiting.join(""));
  for (let from = 0; from < bytes.length; ) from += writeSync(file.descriptor, bytes, from);
  file.waiting = [];
  file.letters = 0;
}

/** A part as it was encoded; its text still in bytes. */
export interface EncodedLine {
  readonly part: EncodedPart;
  readonly text: Buffer;
}

/** Reads a file of `EncodedFiles`, in the order in which it was written. */
export function* readEncoded(path: string): Generator<EncodedLine> {
  const bytes = readFileSync(path);
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(lineFeed, start);
    const middle = bytes.indexOf(tab, start);
    const part = JSON.parse(bytes.toString("utf8", start, middle)) as EncodedPart;
    yield { part, text: bytes.subarray(middle + 1, end) };
    start = end + 1;
  }
}
