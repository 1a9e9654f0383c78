/** Table descriptions in the short form of the spec, for a golden file that can be read beside it. */
import type { GenericValidator } from "convex/values";
import type { TableDescription } from "../../convex/schema/describeTable.js";
import { shortField } from "../../pipeline/model/shortType.js";

const fieldOf = ([name, validator]: [string, GenericValidator]): string => shortField(name, validator);

function indexLines(label: string, indexes: TableDescription["indexes"]): string[] {
  return Object.entries(indexes ?? {}).map(([name, fields]) => `  ${label} ${name}(${fields.join(", ")})`);
}

/** The listing of one table. */
export function shortForm(name: string, table: TableDescription): string {
  const key = table.naturalKey === undefined ? "" : ` [${table.naturalKey.join(", ")}]`;
  const phase = table.phase === undefined ? "" : ` ${table.phase}`;
  const option = table.option === undefined ? "" : ` --with ${table.option}`;
  return [
    `${name}${key}${phase}${option}`,
    ...Object.entries(table.fields).map((field) => `  ${fieldOf(field)}`),
    ...Object.entries(table.moved ?? {}).map(
      ([field, { phase: by, part, was }]) => `  ${fieldOf([field, was])}  (moved: ${by} ${part})`,
    ),
    ...(table.birth === undefined ? [] : [`  birth ${table.birth.join(", ")}`]),
    ...(table.applicationOwned === undefined ? [] : [`  applicationOwned ${table.applicationOwned.join(", ")}`]),
    ...indexLines("index", table.indexes),
    ...indexLines("added index", table.addedIndexes),
    ...Object.entries(table.searchIndexes ?? {}).map(
      ([index, { searchField, filterFields }]) => `  search ${index}(${searchField}; ${filterFields.join(", ")})`,
    ),
    ...Object.entries(table.vectorIndexes ?? {}).map(
      ([index, { vectorField, dimensions, filterFields }]) =>
        `  vector ${index}(${vectorField}, ${dimensions}; ${filterFields.join(", ")})`,
    ),
  ].join("\n");
}
