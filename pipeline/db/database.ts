/** DuckDB behind one door: the only file that imports its client. */
import { type DuckDBConnection, DuckDBInstance, type Json } from "@duckdb/node-api";
import { literal } from "./quote.js";

export interface DatabaseOptions {
  /** Worker threads of DuckDB. */
  readonly threads: number;
  /** Bytes DuckDB may hold in memory before it spills to `spillDirectory`. */
  readonly memoryLimit: number;
  readonly spillDirectory: string;
  readonly readOnly?: boolean;
}

export type SqlRow = Record<string, Json>;

export class Database {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {}

  /**
   * Opens or creates the database file at `path` (":memory:" for none). Extensions are neither loaded nor installed:
   * nothing here reaches the network.
   */
  static async open(path: string, options: DatabaseOptions): Promise<Database> {
    const instance = await DuckDBInstance.create(path, {
      threads: String(options.threads),
      memory_limit: `${Math.floor(options.memoryLimit / 1024)}KiB`,
      temp_directory: options.spillDirectory,
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      preserve_insertion_order: "true",
      ...(options.readOnly === true ? { access_mode: "READ_ONLY" } : {}),
    });
    return new Database(instance, await instance.connect());
  }

  /** Runs one statement or several; returns nothing. */
  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  /** All rows of a query that is known to be small, as plain JSON values (BIGINT as string, DOUBLE as number). */
  async rows<Row extends SqlRow = SqlRow>(sql: string): Promise<Row[]> {
    const reader = await this.connection.runAndReadAll(sql);
    return reader.getRowObjectsJson() as Row[];
  }

  /** The single value of a query with one row and one column; undefined when there is no row. */
  async value<T extends Json = Json>(sql: string): Promise<T | undefined> {
    const reader = await this.connection.runAndReadAll(sql);
    return reader.getRowsJson()[0]?.[0] as T | undefined;
  }

  /** One count, as a number. */
  async count(sql: string): Promise<number> {
    return Number((await this.value(sql)) ?? 0);
  }

  /**
   * Streams a query of VARCHAR columns chunk by chunk (at most 2,048 rows each), columns first; memory does not grow
   * with the result.
   */
  async *columns(sql: string): AsyncGenerator<readonly (readonly (string | null)[])[]> {
    const result = await this.connection.stream(sql);
    while (true) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      yield chunk.getColumns() as (string | null)[][];
    }
  }

  /**
   * Writes the one VARCHAR column of a query to a file, a line a row, as it is. No value may hold a line break; JSON texts never do.
   * Far cheaper than handing the rows to JavaScript, and another thread can read them.
   * @returns rows
   */
  async copyLines(query: string, path: string): Promise<number> {
    const reader = await this.connection.runAndReadAll(
      // Without quote and escape characters the CSV writer changes nothing.
      `COPY (${query}) TO ${literal(path)} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')`,
    );
    return Number(reader.getRowsJson()[0]?.[0] ?? 0);
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}
