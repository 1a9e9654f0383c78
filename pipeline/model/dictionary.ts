/** The data dictionary: what the model's tables hold and what fills them, as a value. Markdown and the report render it. */
import { transforms } from "../../transforms/index.js";
import { headerOf, sqlFiles } from "../db/sqlFiles.js";
import { shortType } from "./shortType.js";
import type { ColumnModel, Model, SqlType, TableModel } from "./types.js";

export interface DictionaryColumn {
  readonly name: string;
  /** In `work.duckdb`. */
  readonly sqlType: SqlType;
  /** In Convex, in the specification's short form: `str`, `→ users`, `[num]`. */
  readonly convexType: string;
  readonly required: boolean;
  /** The table an id points at. */
  readonly references: string | null;
  /** The texts of an enumeration. */
  readonly values: readonly string[];
  readonly isKey: boolean;
  /** Written when a row is born and left alone from then on. */
  readonly isBirth: boolean;
  /** The application's own once the row exists. */
  readonly isApplicationOwned: boolean;
  /** Optional in Convex: the application's own later code need not write it. */
  readonly isBookkeeping: boolean;
  /** The phase and part that move the field out of its document; null for one that stays. */
  readonly movedBy: { readonly phase: string; readonly part: string } | null;
}

/** A rule that makes rows of a table. */
export interface DictionaryRule {
  readonly kind: "row rule" | "set rule";
  /** A part (`message/toolCalls`), or a file of `sql/model/`. */
  readonly name: string;
  /** What it reads: of a row rule the table of its documents, of a set rule what one row is. */
  readonly of: string;
}

export interface DictionaryTable {
  readonly name: string;
  readonly role: TableModel["role"];
  /** `phase-N` that fills it; null for tables of the application. */
  readonly phase: string | null;
  /** Filled only with `--with <option>`. */
  readonly option: string | null;
  readonly naturalKey: readonly string[];
  readonly columns: readonly DictionaryColumn[];
  readonly indexes: TableModel["indexes"];
  /** What makes its rows; none for tables of the application. */
  readonly filledBy: readonly DictionaryRule[];
  /** Columns of other tables, and of its own, that hold its ids: `sources.messageId`. */
  readonly referencedBy: readonly string[];
}

/** The tables in the model's order, without the migration's own state. */
export function dictionary(model: Model): readonly DictionaryTable[] {
  const setRules = new Map(sqlFiles("model").map((file) => [file.name, headerOf(file, "One row") ?? ""]));
  return [...model.existing, ...model.normalized].map((table) => ({
    name: table.name,
    role: table.role,
    phase: table.phase,
    option: table.option,
    naturalKey: table.naturalKey,
    columns: [...systemColumns, ...table.columns.map((column) => describeColumn(table, column))],
    indexes: table.indexes,
    filledBy: [...rowRules(table), ...setRule(table, setRules)],
    referencedBy: referrersOf(model, table.name),
  }));
}

const systemColumn = (name: string, sqlType: SqlType, convexType: string): DictionaryColumn => ({
  ...{ name, sqlType, convexType, required: true, references: null, values: [], isKey: false },
  ...{ isBirth: false, isApplicationOwned: false, isBookkeeping: false, movedBy: null },
});

const systemColumns = [systemColumn("_id", "VARCHAR", "id"), systemColumn("_creationTime", "DOUBLE", "num")];

function describeColumn(table: TableModel, column: ColumnModel): DictionaryColumn {
  const { name, sqlType, required, references = null, literals = [] } = column;
  const mover = table.moved.includes(name)
    ? transforms.find((transform) => transform.table === table.name && transform.moves.includes(name))
    : undefined;
  return {
    ...{ name, sqlType, required, references, values: literals },
    convexType: shortType(column.validator),
    isKey: table.naturalKey.includes(name),
    isBirth: column.birth,
    isApplicationOwned: column.applicationOwned,
    isBookkeeping: column.bookkeeping,
    movedBy: mover === undefined ? null : { phase: mover.phase, part: mover.part },
  };
}

function rowRules({ name }: TableModel): DictionaryRule[] {
  return transforms
    .filter(({ writes, mentions }) => name in writes || mentions.includes(name))
    .map(({ part, table }) => ({ kind: "row rule", name: part, of: table }));
}

function setRule({ name }: TableModel, rules: ReadonlyMap<string, string>): DictionaryRule[] {
  const of = rules.get(name);
  return of === undefined ? [] : [{ kind: "set rule", name, of }];
}

function referrersOf(model: Model, target: string): string[] {
  return [...model.existing, ...model.normalized].flatMap(({ name, columns }) =>
    columns.flatMap(({ name: column, idPaths }) =>
      idPaths.filter(({ table }) => table === target).map(({ path }) => `${name}.${column}${path.slice("$".length)}`),
    ),
  );
}
