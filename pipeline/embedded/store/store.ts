/** The tables of an embedded deployment: names, numbers, and the room their documents lie in. */
import type { GenericSchema, SchemaDefinition } from "convex/server";
import { decodeId } from "../../convexFormat/ids.js";
import { type DeclaredIndexes, declaredIndexes } from "../schema/declaredIndexes.js";
import { DocumentPool } from "./documentPool.js";
import { type Document, Table } from "./table.js";

/** Numbers that Convex gives to system tables, and the first of a user's. */
const systemTables = { _storage: 513, _scheduled_functions: 514 } as const;
const firstUserTable = 10_001;

/** By the state and time of scheduled functions, so that the next one due is found at once. */
export const byState = "by_state";

const noIndexes: DeclaredIndexes = { ordered: [], search: [], vector: [] };
const scheduledIndexes: DeclaredIndexes = {
  ...noIndexes,
  ordered: [{ name: byState, fields: ["state.kind", "scheduledTime"] }],
};

export class Store {
  private readonly pool = new DocumentPool();
  private readonly byName = new Map<string, Table>();
  private readonly byNumber = new Map<number, Table>();
  private readonly declared: ReadonlyMap<string, DeclaredIndexes>;
  /** Contents of files by the id of their `_storage` document. */
  readonly files = new Map<string, Uint8Array>();

  /** All tables of the schema, empty, numbered from 10001 in the schema's order, and the system's. */
  constructor(schema: SchemaDefinition<GenericSchema, boolean>) {
    const users = declaredIndexes(schema);
    this.declared = new Map([...users, ["_scheduled_functions", scheduledIndexes]]);
    for (const [name, number] of Object.entries(systemTables)) this.createTable(name, number);
    for (const name of users.keys()) this.createTable(name);
  }

  table(name: string): Table | undefined {
    return this.byName.get(name);
  }

  /** The table whose number an id carries; undefined for an id of none, null for a text that is no id. */
  tableOfId(id: string): Table | undefined | null {
    const decoded = decodeId(id);
    return decoded === null ? null : this.byNumber.get(decoded.tableNumber);
  }

  /** All tables that are seen, the system's too. */
  tables(): readonly Table[] {
    return [...this.byName.values()];
  }

  /** Users' tables, in the order they were created in. */
  userTables(): readonly Table[] {
    return this.tables().filter(({ name }) => !name.startsWith("_"));
  }

  /**
   * A new empty table, in the place of an empty one of that name.
   *
   * @param number one more than the largest where none is given
   * @throws RangeError when documents lie in the table of that name, or another table has the number
   */
  createTable(name: string, number = this.freshNumber()): Table {
    const old = this.byName.get(name);
    if (old !== undefined && old.size > 0) throw new RangeError(`table ${name} is not empty`);
    const holder = this.byNumber.get(number);
    if (holder !== undefined && holder.name !== name) throw new RangeError(`${number} is the number of ${holder.name}`);
    const table = this.hiddenTable(name, number);
    this.swapIn([table]);
    return table;
  }

  /** A table that nobody sees until it is swapped in; it may have the name and the number of one that is seen. */
  hiddenTable(name: string, number: number): Table {
    return new Table({ name, number, indexes: this.declared.get(name) ?? noIndexes, pool: this.pool });
  }

  /**
   * Makes hidden tables the seen ones of their names, all at once; the tables that had these names go with their documents.
   *
   * @param dropped names of tables that go with their documents as well
   * @throws RangeError when two tables would have one number
   */
  swapIn(tables: readonly Table[], dropped: readonly string[] = []): void {
    const next = new Map(this.byName);
    for (const name of dropped) next.delete(name);
    for (const table of tables) next.set(table.name, table);
    const numbers = new Map([...next.values()].map((table) => [table.number, table]));
    if (numbers.size < next.size) throw new RangeError("two tables would have one number");
    for (const [name, table] of this.byName) if (next.get(name) !== table) table.clear();
    this.byName.clear();
    this.byNumber.clear();
    for (const [name, table] of next) this.byName.set(name, table);
    for (const [number, table] of numbers) this.byNumber.set(number, table);
  }

  /**
   * Fills a table past transactions, limits and schema; for a table without documents this is bounded by memory alone, since indexes
   * are built later.
   *
   * @throws RangeError for an id that a document of the table has or had; those before it are loaded then
   */
  load(table: Table, documents: Iterable<Document>): void {
    for (const document of documents) {
      if (table.hasKnown(document.id)) throw new RangeError(`${document.id} is known to table ${table.name}`);
      table.exchange(null, table.store(document));
    }
  }

  /** Bytes that documents take outside of the JavaScript heap. */
  get bytes(): number {
    return this.pool.bytes;
  }

  freshNumber(): number {
    return Math.max(firstUserTable - 1, ...this.byNumber.keys()) + 1;
  }
}
