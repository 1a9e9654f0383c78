import { ConvexError, type GenericValidator } from "convex/values";
import type { Fields } from "../../transforms/defineTransform.js";
import type { AnyReader } from "../documents.js";
import { fits } from "../fits.js";
import { transitionalSchema } from "../schema/transitionalSchema.js";
import { descriptionOf, isNormalized } from "../tableFacts.js";

/**
 * Holds a document against its table's description before it is written, so that of a part that does not fit nothing is: a
 * failed write would be found out only after the ones before it. A row also has to have
 * its bookkeeping columns, which the migration writes always.
 *
 * @param document its fields; system fields are left out, undefined ones are absent
 * @throws ConvexError `invalid_row` with table and column, never with the value
 */
export function refuseInvalid(db: AnyReader, table: string, document: Fields): void {
  const validators = validatorsOf(table);
  const column =
    Object.entries(validators).find(([name, validator]) => !fits(validator, document[name], db))?.[0] ??
    Object.keys(document).find((name) => isForeign(validators, name) && document[name] !== undefined);
  if (column !== undefined) throw new ConvexError({ code: "invalid_row", table, column });
}

type Validators = Readonly<Record<string, GenericValidator>>;

/** Of a row those of its description; of a document of the application those of the schema, where moved fields are optional. */
function validatorsOf(table: string): Validators {
  if (isNormalized(table)) return descriptionOf(table).fields;
  const tables: Readonly<Record<string, { readonly validator: { readonly fields: Validators } }>> =
    transitionalSchema.tables;
  const found = tables[table];
  if (found === undefined) throw new TypeError(`${table} is no table`);
  return found.validator.fields;
}

function isForeign(validators: Validators, name: string): boolean {
  return !name.startsWith("_") && !Object.hasOwn(validators, name);
}
