import type { Fields } from "../../transforms/defineTransform.js";
import type { AnyReader, AnyWriter, StoredDocument } from "../documents.js";
import { normalizedTables, stateTables } from "../schema/tables.js";
import { keepBacklog } from "../sync/backlog.js";
import type { Sync } from "../sync/sync.js";
import { broughtBack, isReturning } from "./broughtBack.js";
import { concernedTables } from "./concerns.js";
import { documentWriter } from "./documentWriter.js";
import { type DualWrite, startDualWrite } from "./dualWrite.js";
import { refuseStateWrite } from "./refusals.js";
import { rowWriter } from "./rowWriter.js";
import { seenQuery } from "./seenQuery.js";
import type { TableWriter } from "./tableWriter.js";

/** Every table whose writes are looked at, with who writes it. */
const writers: ReadonlyMap<string, (dualWrite: DualWrite, table: string) => TableWriter> = new Map([
  ...concernedTables.map((table) => [table, documentWriter] as const),
  ...Object.keys(normalizedTables).map((table) => [table, ({ sync }: DualWrite) => rowWriter(sync, table)] as const),
  ...Object.keys(stateTables).map((table) => [table, () => refuseStateWrite(table)] as const),
]);

/** A database as Convex gives it: each of these also takes the table's name before the id. */
interface Database extends Omit<AnyReader, "get"> {
  get(...args: IdArguments): Promise<unknown>;
  insert(table: string, document: Fields): Promise<string>;
  patch(...args: WriteArguments): Promise<void>;
  replace(...args: WriteArguments): Promise<void>;
  delete(...args: IdArguments): Promise<void>;
  /** The same for one table. */
  table(name: string): object;
  readonly vars: object;
}

type IdArguments = [id: string] | [table: string, id: string];
type WriteArguments = [id: string, fields: Fields] | [table: string, id: string, fields: Fields];

/**
 * A database that writes as the given one does and keeps the new tables in step. Reads pass through, and so do writes of tables that
 * concern no part; but where documents get their old fields back just now, those that are read get them first. It refuses what would
 * lose a value (`admit`), rows and the migration's own tables (`refusals`), and fails no other write.
 *
 * @param db the one `sync` stands on, with the application's types
 * @param withOptions the optional tables the application has, as the pipeline's `--with`
 */
export function wrapDatabase<Db extends object>(sync: Sync, db: Db, withOptions?: readonly string[]): Db {
  const dualWrite = startDualWrite(sync, withOptions);
  const base = db as unknown as Database;
  const writerOf = (table: string | null) => (table === null ? undefined : writers.get(table)?.(dualWrite, table));
  // Where the id is none of the named table's, or of no table that matters, Convex itself says what is wrong with it.
  const writerFor = (name: string | null, id: string) => writerOf(tableOf(sync.db, name, id));

  const seen = async (table: string | null, document: unknown) =>
    table === null || document === null || !isReturning(dualWrite, table)
      ? document
      : await broughtBack(dualWrite, table, document as StoredDocument);
  const returns = concernedTables.some((table) => isReturning(dualWrite, table));

  const wrapped: Database = {
    get: async (...args) => {
      const document = await base.get(...args);
      if (!returns) return document;
      const [table, id] = args.length === 2 ? args : [null, ...args];
      return await seen(tableOf(sync.db, table, id), document);
    },
    query: (table) =>
      isReturning(dualWrite, table)
        ? seenQuery(base.query(table), (document) => broughtBack(dualWrite, table, document))
        : base.query(table),
    normalizeId: (table, id) => base.normalizeId(table, id),
    system: base.system,
    vars: base.vars,
    insert: async (table, document) => await (writerOf(table)?.insert(document) ?? base.insert(table, document)),
    patch: async (...args) => {
      const [table, id, fields] = args.length === 3 ? args : [null, ...args];
      await (writerFor(table, id)?.patch(id, fields) ?? base.patch(...args));
    },
    replace: async (...args) => {
      const [table, id, document] = args.length === 3 ? args : [null, ...args];
      await (writerFor(table, id)?.replace(id, document) ?? base.replace(...args));
    },
    delete: async (...args) => {
      const [table, id] = args.length === 2 ? args : [null, ...args];
      await (writerFor(table, id)?.delete(id) ?? base.delete(...args));
    },
    table: (name) => ({
      get: async (id: string) => await wrapped.get(name, id),
      query: () => wrapped.query(name),
      insert: async (document: Fields) => await wrapped.insert(name, document),
      patch: async (id: string, fields: Fields) => await wrapped.patch(name, id, fields),
      replace: async (id: string, document: Fields) => await wrapped.replace(name, id, document),
      delete: async (id: string) => await wrapped.delete(name, id),
    }),
  };
  if (sync.backlog !== null) keepBacklog(wrapped, sync.backlog);
  return wrapped as unknown as Db;
}

/** The table of an id, among those whose writes are looked at. */
function tableOf(db: AnyWriter, name: string | null, id: string): string | null {
  if (typeof id !== "string") return null;
  const tables = name === null ? [...writers.keys()] : writers.has(name) ? [name] : [];
  return tables.find((table) => db.normalizeId(table, id) !== null) ?? null;
}
