import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";

/** Where a line is in its file, in bytes; its end of line is not counted. */
export interface LinePlace {
  readonly lineOffset: number;
  readonly lineBytes: number;
}

/** Writes lines that are read again by their place. The file appears under its name when it is whole; its owner alone may read it. */
export class LineWriter {
  private readonly partial: string;
  private readonly descriptor: number;
  private offset = 0;
  private isOpen = true;

  constructor(private readonly path: string) {
    this.partial = `${path}.partial`;
    rmSync(this.partial, { force: true });
    this.descriptor = openSync(this.partial, "wx", 0o600);
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.offset;
  }

  write(line: Buffer): LinePlace {
    const place = { lineOffset: this.offset, lineBytes: line.length };
    this.append(line);
    this.append(lineFeed);
    return place;
  }

  /** Ends the file and puts it in its place. */
  finish(): void {
    fsyncSync(this.descriptor);
    this.close();
    renameSync(this.partial, this.path);
  }

  /** Throws away what was written, unless it is finished. */
  abandon(): void {
    this.close();
    rmSync(this.partial, { force: true });
  }

  private close(): void {
    if (this.isOpen) closeSync(this.descriptor);
    this.isOpen = false;
  }

  private append(bytes: Buffer): void {
    for (let from = 0; from < bytes.length; ) from += writeSync(this.descriptor, bytes, from);
    this.offset += bytes.length;
  }
}

const lineFeed = Buffer.from("\n");

/** Reads lines of such a file, in any order, several at a time. */
export async function openLines(path: string): Promise<{
  line(place: LinePlace): Promise<string>;
  close(): Promise<void>;
}> {
  const file = await open(path, "r");
  return {
    line: async ({ lineOffset, lineBytes }) => {
      const buffer = Buffer.allocUnsafe(lineBytes);
      let read = 0;
      while (read < lineBytes) {
        const { bytesRead } = await file.read(buffer, read, lineBytes - read, lineOffset + read);
        if (bytesRead === 0) throw new Error("a line of the plan is cut off");
        read += bytesRead;
      }
      return buffer.toString("utf8");
    },
    close: () => file.close(),
  };
}
