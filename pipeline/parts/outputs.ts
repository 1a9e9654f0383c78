/**
 * Where mapped rows go on their way into DuckDB: one file of JSON lines per target relation and worker. DuckDB reads
 * them back in parallel, which is several times faster than appending value by value from JavaScript.
 */
import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { canonicalEncoding, type Fields } from "../../transforms/index.js";
import type { SqlType } from "../model/types.js";

export interface RelationColumn {
  readonly name: string;
  readonly sqlType: SqlType;
}

/** Stands for a JSON null in a JSON column, which DuckDB's reader would turn into SQL NULL. No Convex key starts with `$`. */
export const nullMarker = '{"$null":0}';

/** Key of a relation's column in the files: names would be a third of some of them. */
export const spoolKey = (index: number): string => `c${index}`;

/** Bytes of one write; large enough to make the cost of the call vanish. */
const blockSize = 1 << 19;

/** Bytes of UTF-8 that a UTF-16 unit takes at most. */
const mostBytes = 3;

/** A value as JSON text for a column of that type; `undefined` leaves the column out. */
function columnText(value: Fields[string], sqlType: SqlType): string | undefined {
  if (value === undefined) return undefined;
  if (sqlType === "JSON") return value === null ? nullMarker : canonicalEncoding(value);
  // DuckDB casts the text "NaN" to a DOUBLE; JSON has no token for it.
  if (typeof value === "number") return Number.isFinite(value) ? canonicalEncoding(value) : `"${value}"`;
  return canonicalEncoding(value);
}

class Output {
  private descriptor: number | undefined;
  private readonly block = Buffer.allocUnsafe(blockSize);
  private filled = 0;
  private readonly prefixes: readonly (readonly [name: string, prefix: string, sqlType: SqlType])[];

  constructor(
    readonly file: string,
    columns: readonly RelationColumn[],
  ) {
    this.prefixes = columns.map(({ name, sqlType }, index) => [name, `"${spoolKey(index)}":`, sqlType]);
  }

  write(row: Fields): void {
    let line = "";
    for (const [name, prefix, sqlType] of this.prefixes) {
      const text = columnText(row[name], sqlType);
      if (text !== undefined) line += line === "" ? `{${prefix}${text}` : `,${prefix}${text}`;
    }
    this.append(line === "" ? "{}\n" : `${line}}\n`);
  }

  /** Encodes the line right behind the others: joining lines first would copy each of them once more. */
  private append(line: string): void {
    const most = line.length * mostBytes;
    if (most > blockSize - this.filled) this.drain();
    if (most > blockSize) writeFileSync(this.open(), line);
    else this.filled += this.block.write(line, this.filled);
  }

  private drain(): void {
    for (let from = 0; from < this.filled; ) from += writeSync(this.open(), this.block, from, this.filled - from);
    this.filled = 0;
  }

  private open(): number {
    this.descriptor ??= openSync(this.file, "w", 0o600);
    return this.descriptor;
  }

  /** Returns the file, or undefined when nothing was written. */
  close(): string | undefined {
    this.drain();
    if (this.descriptor === undefined) return undefined;
    closeSync(this.descriptor);
    this.descriptor = undefined;
    return this.file;
  }
}

/** The open files of one worker. Relations are keyed `schema.table`. */
export class Outputs {
  private readonly open = new Map<string, Output>();

  constructor(
    private readonly directory: string,
    private readonly prefix: string,
    private readonly columnsOf: (relation: string) => readonly RelationColumn[],
  ) {}

  write(relation: string, row: Fields): void {
    let output = this.open.get(relation);
    if (output === undefined) {
      const file = join(this.directory, `${this.prefix}-${this.open.size}.jsonl`);
      output = new Output(file, this.columnsOf(relation));
      this.open.set(relation, output);
    }
    output.write(row);
  }

  /** Closes everything; the files by relation. */
  close(): Record<string, string> {
    const files: Record<string, string> = {};
    for (const [relation, output] of this.open) {
      const file = output.close();
      if (file !== undefined) files[relation] = file;
    }
    this.open.clear();
    return files;
  }
}
