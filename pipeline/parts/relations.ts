/** The relations that mapping fills besides the normalized tables, and the columns of all of them. */
import { entityMentions } from "../../transforms/index.js";
import { identifier, qualified } from "../db/quote.js";
import type { Model, TableModel } from "../model/types.js";
import type { RelationColumn } from "./outputs.js";

export const ledgerRelation = "ledger.entries";

/** `element` and `part` serve accounting and rebuild, `patch` the patches file; the ledger file shows none of the three. */
const ledgerColumns: readonly RelationColumn[] = [
  { name: "phase", sqlType: "VARCHAR" },
  { name: "code", sqlType: "VARCHAR" },
  { name: "kind", sqlType: "VARCHAR" },
  { name: "table", sqlType: "VARCHAR" },
  { name: "documentId", sqlType: "VARCHAR" },
  { name: "path", sqlType: "VARCHAR" },
  { name: "value", sqlType: "JSON" },
  { name: "detail", sqlType: "VARCHAR" },
  { name: "element", sqlType: "VARCHAR" },
  { name: "part", sqlType: "VARCHAR" },
  { name: "patch", sqlType: "JSON" },
];

/**
 * Each field of a document that a deploy with the schema would refuse. Loading writes what it sees of the fields that stay, mapping adds what
 * it sees of the `moved` ones, where they are decoded anyway. `path` is a JSON Pointer to the field or the value inside it; `schemas` says
 * who refuses: `both` the old and the transitional schema, or the `old` alone, which requires moved fields.
 */
export const misfitsRelation = "meta.misfits";

const misfitColumns: readonly RelationColumn[] = [
  { name: "table", sqlType: "VARCHAR" },
  { name: "_id", sqlType: "VARCHAR" },
  { name: "path", sqlType: "VARCHAR" },
  { name: "reason", sqlType: "VARCHAR" },
  { name: "schemas", sqlType: "VARCHAR" },
  { name: "moved", sqlType: "BOOLEAN" },
];

/** Who mentioned an entity, beside what it said. `ordinal` counts the mentions of one part from 0. */
const mentionColumns: readonly RelationColumn[] = [
  { name: "documentId", sqlType: "VARCHAR" },
  { name: "documentCreationTime", sqlType: "DOUBLE" },
  { name: "ordinal", sqlType: "DOUBLE" },
];

export const mentionsRelation = (entity: string): string => `staging.${entity}Mentions`;

/** Name of the staging column that holds one part of a natural key until the reference is resolved. */
export const keyColumn = (column: string, keyField: string): string => `${column}.${keyField}`;

/** A column of a normalized table that points at an entity: its id is known only after the set rules. */
export function entityReferences(model: Model, table: TableModel): readonly { column: string; entity: TableModel }[] {
  return table.columns.flatMap(({ name, references }) =>
    references !== undefined && references in entityMentions ? [{ column: name, entity: model.table(references) }] : [],
  );
}

/** Columns of `staging.<table>`: as in the model, with natural keys in place of references to entities. */
function stagingColumns(model: Model, table: TableModel): readonly RelationColumn[] {
  const references = new Map(entityReferences(model, table).map(({ column, entity }) => [column, entity]));
  return [
    { name: "_id", sqlType: "VARCHAR" },
    { name: "_creationTime", sqlType: "DOUBLE" },
    ...table.columns.flatMap(({ name, sqlType }): RelationColumn[] => {
      const entity = references.get(name);
      if (entity === undefined) return [{ name, sqlType }];
      return entity.naturalKey.map((field) => ({ name: keyColumn(name, field), sqlType: "VARCHAR" }));
    }),
  ];
}

/** Columns of any relation that mapping writes, by its `schema.table` name. */
export function relationColumns(model: Model, relation: string): readonly RelationColumn[] {
  if (relation === ledgerRelation) return ledgerColumns;
  if (relation === misfitsRelation) return misfitColumns;
  for (const [entity, { columns }] of Object.entries(entityMentions)) {
    if (relation === mentionsRelation(entity)) {
      return [...mentionColumns, ...Object.entries(columns).map(([name, sqlType]) => ({ name, sqlType }))];
    }
  }
  return stagingColumns(model, model.table(relation.slice("staging.".length)));
}

/** `CREATE TABLE` of a relation. */
export function createRelationSql(model: Model, relation: string): string {
  const [schema = "", table = ""] = relation.split(".");
  const columns = relationColumns(model, relation).map(({ name, sqlType }) => `${identifier(name)} ${sqlType}`);
  return `CREATE TABLE ${qualified(schema, table)} (${columns.join(", ")})`;
}
