import { type FileHandle, open } from "node:fs/promises";
import { literal } from "../db/quote.js";
import { readerBuffer } from "./readerBuffer.js";

/** Lines are gathered to about this many characters before they are written. */
const gatheredLength = 1 << 20;

/** A JSON lines file for rows on their way into DuckDB. */
export class LineSpool {
  private gathered: string[] = [];
  private length = 0;
  /** Lines so far. */
  count = 0;
  /** An upper bound for the bytes of the longest. */
  private longest = 0;

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  static async create(path: string): Promise<LineSpool> {
    return new LineSpool(path, await open(path, "w", 0o600));
  }

  async write(line: string): Promise<void> {
    this.gathered.push(line, "\n");
    this.length += line.length + 1;
    this.count++;
    this.longest = Math.max(this.longest, line.length * 3);
    if (this.length >= gatheredLength) await this.flush();
  }

  async close(): Promise<void> {
    await this.flush();
    await this.file.close();
  }

  /** The file as a FROM item with a column `json`, once it is closed. */
  source(): string {
    return `read_ndjson_objects(${literal(this.path)}, ${readerBuffer(this.longest)})`;
  }

  private async flush(): Promise<void> {
    const text = this.gathered.join("");
    this.gathered = [];
    this.length = 0;
    await this.file.writeFile(text);
  }
}
