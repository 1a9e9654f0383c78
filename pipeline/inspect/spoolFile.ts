import { closeSync, openSync, writeSync } from "node:fs";

const bufferedCharacters = 1 << 20;

/** A text file that is written line by line in large pieces, readable by the owner only. */
export class SpoolFile {
  private readonly descriptor: number;
  private pending: string[] = [];
  private pendingCharacters = 0;

  constructor(readonly path: string) {
    this.descriptor = openSync(path, "wx", 0o600);
  }

  line(text: string): void {
    this.pending.push(text, "\n");
    this.pendingCharacters += text.length + 1;
    if (this.pendingCharacters >= bufferedCharacters) this.flush();
  }

  close(): void {
    this.flush();
    closeSync(this.descriptor);
  }

  private flush(): void {
    // A large write may end early, on a disk that is nearly full for example: the rest is written or throws.
    let rest = Buffer.from(this.pending.join(""));
    while (rest.length > 0) rest = rest.subarray(writeSync(this.descriptor, rest));
    this.pending = [];
    this.pendingCharacters = 0;
  }
}
