/** DuckDB behind one door: the only file that imports its client. */
import { setImmediate as nextTurn, setTimeout as rested } from "node:timers/promises";
import {
  DuckDBArrayType,
  type DuckDBConnection,
  DuckDBDecimalType,
  DuckDBInstance,
  DuckDBListType,
  type DuckDBPendingResult,
  DuckDBPendingResultState,
  type DuckDBResult,
  DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
  type Json,
} from "@duckdb/node-api";
import { literal } from "./quote.js";
import { type Cell, type ParameterValue, type ResultStream, type ResultType, StreamCutOff } from "./resultStream.js";

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
  /** The statement under way, or the last one; a connection runs one at a time. */
  private turn: Promise<unknown> = Promise.resolve();
  private isInTransaction = false;

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {}

  /**
   * Opens or creates the database file at `path` (":memory:" for none). Extensions are neither loaded nor installed:
   * nothing here reaches the network.
   */
  static async open(path: string, options: DatabaseOptions): Promise<Database> {
    const instance = await DuckDBInstance.create(":memory:", {
      threads: String(options.threads),
      memory_limit: `${Math.floor(options.memoryLimit / 1024)}KiB`,
      temp_directory: options.spillDirectory,
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      preserve_insertion_order: "true",
      // What a statement has freed goes back to the system soon, in a thread beside the others; it would stand beside the limit otherwise.
      allocator_background_threads: "true",
      allocator_flush_threshold: "16MiB",
    });
    try {
      await attach(instance, path, options.readOnly === true);
      return new Database(instance, await connect(instance));
    } catch (error) {
      instance.closeSync();
      throw error;
    }
  }

  /** Runs one statement or several; returns nothing. */
  async run(sql: string): Promise<void> {
    await this.execute(sql);
  }

  /** All rows of a query that is known to be small, as plain JSON values (BIGINT as string, DOUBLE as number). */
  async rows<Row extends SqlRow = SqlRow>(sql: string): Promise<Row[]> {
    const result = await this.execute(sql);
    return (await result.getRowObjectsJson()) as Row[];
  }

  /** The single value of a query with one row and one column; undefined when there is no row. */
  async value<T extends Json = Json>(sql: string): Promise<T | undefined> {
    const result = await this.execute(sql);
    return (await result.getRowsJson())[0]?.[0] as T | undefined;
  }

  /** One count, as a number. */
  async count(sql: string): Promise<number> {
    return Number((await this.value(sql)) ?? 0);
  }

  /**
   * Streams a query chunk by chunk (at most 2,048 rows each), columns first; memory does not grow with the result.
   * `Held` is what its columns hold: string for VARCHAR (without a byte order mark at its beginning, which the client takes away), number
   * for DOUBLE, bigint for BIGINT, boolean for BOOLEAN, an object with `bytes` for BLOB. Throws StreamCutOff.
   */
  async *columns<Held extends string | number | bigint | boolean | { readonly bytes: Uint8Array } = string>(
    sql: string,
  ): AsyncGenerator<readonly (readonly (Held | null)[])[]> {
    await this.turn;
    const isOwn = !this.isInTransaction;
    if (isOwn) await this.begin();
    try {
      const result = await this.connection.stream(sql);
      while (true) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) break;
        yield chunk.getColumns() as (Held | null)[][];
      }
      await this.requireWhole();
    } finally {
      if (isOwn) await this.end("COMMIT");
    }
  }

  /**
   * Starts one statement with its parameters bound and streams what it answers; memory does not grow with the result. Nothing else may run
   * on this connection until the batches have come to an end or were given up.
   *
   * Throws what DuckDB throws, and StreamCutOff while the batches are read.
   */
  async query(sql: string, parameters: Readonly<Record<string, ParameterValue>> = {}): Promise<ResultStream> {
    await this.turn;
    const prepared = await this.connection.prepare(sql);
    await this.begin();
    try {
      prepared.bind(parameters);
      const pending = prepared.startStream();
      await runTasks(pending);
      const result = await pending.getResult();
      const types = result.columnTypes();
      return {
        columns: result.deduplicatedColumnNames().map((name, index) => ({ name, type: resultType(types[index]) })),
        batches: this.wholeStream(result),
      };
    } catch (error) {
      await this.end("ROLLBACK");
      throw error;
    } finally {
      prepared.destroySync();
    }
  }

  private async *wholeStream(result: DuckDBResult): AsyncGenerator<readonly (readonly Cell[])[]> {
    try {
      yield* result.yieldRowsJson();
      await this.requireWhole();
    } finally {
      await this.end("ROLLBACK");
    }
  }

  /** The client ends a stream in which an error came up as if it were complete. The transaction around it is the only one that knows. */
  private async requireWhole(): Promise<void> {
    await this.execute("SELECT 1").catch((cause: unknown) => {
      throw new StreamCutOff("an error cut the rows off", { cause });
    });
  }

  /** Begins a transaction; it ends by `end`. Nothing else says BEGIN: what streams rows has to know whether one is open. */
  async begin(): Promise<void> {
    await this.execute("BEGIN");
    this.isInTransaction = true;
  }

  /** Ends the transaction. One that an error has ended already does not come back. */
  async end(how: "COMMIT" | "ROLLBACK"): Promise<void> {
    this.isInTransaction = false;
    await this.execute(how);
  }

  /** Makes the statement under way fail, as soon as it looks up. */
  interrupt(): void {
    this.connection.interrupt();
  }

  /**
   * For statements of somebody else: from here on nothing but the attached file and DuckDB's spill can be read or written, there is no
   * network, and no statement can change that. The messages of errors are JSON from here on: `exception_type`, `exception_message`,
   * `position` (bytes from the statement's start).
   */
  async seal(): Promise<void> {
    for (const setting of ["errors_as_json = true", "enable_external_access = false", "lock_configuration = true"])
      await this.run(`SET ${setting}`);
  }

  /**
   * Writes the one VARCHAR column of a query to a file, a line a row, as it is. A value that holds a line break makes two lines: JSON texts
   * never do, others need quoting that a reader of the file knows.
   * Far cheaper than handing the rows to JavaScript, and another thread can read them.
   * @returns rows
   */
  async copyLines(query: string, path: string): Promise<number> {
    return await this.count(
      // The CSV writer looks at every letter, and takes twice as long for it or more.
      `COPY (SELECT encode(line || chr(10)) FROM (${query}) AS lines(line)) TO ${literal(path)} (FORMAT blob)`,
    );
  }

  private async execute(sql: string): Promise<DuckDBResult> {
    const before = this.turn;
    const result = before.then(() => executeStatements(this.connection, sql));
    this.turn = result.catch(() => undefined);
    return await result;
  }

  /** Does some work on a connection of its own, whose statements run beside this one's; it sees what is committed. */
  async beside(work: (database: Database) => Promise<void>): Promise<void> {
    const connection = await connect(this.instance);
    try {
      await work(new Database(this.instance, connection));
    } finally {
      connection.closeSync();
    }
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

function resultType(type: DuckDBType | undefined): ResultType {
  const name = DuckDBTypeId[type?.typeId ?? DuckDBTypeId.SQLNULL] ?? "SQLNULL";
  if (type instanceof DuckDBDecimalType) return { name, width: type.width, scale: type.scale };
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType)
    return { name, element: resultType(type.valueType) };
  if (!(type instanceof DuckDBStructType)) return { name };
  return {
    name,
    entries: type.entryNames.map((entry, index) => ({ name: entry, type: resultType(type.entryTypes[index]) })),
  };
}

/** The database's name in SQL. */
const catalog = "work";

/**
 * Rows of a row group: what one thread scans, and what is gathered before it goes to the file. DuckDB's own number, 122,880, makes a few
 * hundred megabytes of documents.
 */
const rowGroupSize = 8_192;

/** Only a database that is attached, not the one an instance begins with, takes a size of row groups. */
async function attach(instance: DuckDBInstance, path: string, isReadOnly: boolean): Promise<void> {
  const access = isReadOnly ? "READ_ONLY" : "READ_WRITE";
  const connection = await instance.connect();
  try {
    await connection.run(`ATTACH ${literal(path)} AS ${catalog} (${access}, ROW_GROUP_SIZE ${rowGroupSize})`);
  } finally {
    connection.closeSync();
  }
}

/** A connection for which names without a database are those of the attached one, and times are UTC, whatever the machine says. */
async function connect(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run(`USE ${catalog}`);
  await connection.run("SET TimeZone = 'UTC'");
  return connection;
}

/** Milliseconds until the next look whether a statement has work for this thread. */
const restingTime = 1;

/**
 * Runs statements task by task, this thread taking part. The client's own call, which runs a statement to its end, turns idly while
 * other threads have the work: it takes a core from mapping workers, and a third of the processor time of most statements.
 */
async function executeStatements(connection: DuckDBConnection, sql: string): Promise<DuckDBResult> {
  const statements = await connection.extractStatements(sql);
  let result: DuckDBResult | undefined;
  for (let index = 0; index < statements.count; index++) {
    const prepared = await statements.prepare(index);
    try {
      const pending = prepared.start();
      await runTasks(pending);
      result = await pending.getResult();
    } finally {
      prepared.destroySync();
    }
  }
  if (result === undefined) throw new TypeError("no statement to run");
  return result;
}

async function runTasks(pending: DuckDBPendingResult): Promise<void> {
  for (;;) {
    const state = stateAfterTask(pending);
    if (state === DuckDBPendingResultState.RESULT_READY) return;
    // Answers of workers, signals and progress come in between.
    if (state === DuckDBPendingResultState.RESULT_NOT_READY) await nextTurn();
    else await rested(restingTime);
  }
}

/** Of a statement that failed too the result is what tells how. */
function stateAfterTask(pending: DuckDBPendingResult): DuckDBPendingResultState {
  try {
    return pending.runTask();
  } catch {
    return DuckDBPendingResultState.RESULT_READY;
  }
}
