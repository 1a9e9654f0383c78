import type { GenericValidator, PropertyValidators, Value } from "convex/values";
import type { Fields, Transform } from "../../transforms/defineTransform.js";
import { preferenceDefaults } from "../../transforms/preferenceCatalogue.js";
import { preferenceKey } from "../../transforms/preferenceKey.js";
import { isObject } from "../../transforms/sameValue.js";
import { movedField } from "../tableFacts.js";

/**
 * A part's rebuilt fields with what the old schema requires beside them: an array that no row gave is empty, a preference
 * that no row holds has its default (spec 3).
 */
export function withRequired(transform: Transform, rebuilt: Fields): Fields {
  const fields = transform.moves.map((field): [string, Value | undefined] => [
    field,
    completed(movedField(transform.table, field).was, rebuilt[field], []),
  ]);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

function completed(validator: GenericValidator, value: Value | undefined, path: readonly string[]): Value | undefined {
  if (value === undefined && validator.isOptional === "optional") return undefined;
  if (validator.kind === "array") return value ?? [];
  if (validator.kind !== "object") return value ?? preferenceDefaults[preferenceKey(...path)];
  if (value !== undefined && !isObject(value)) return value;
  const fields = new Map(Object.entries(value ?? {}));
  for (const [name, inner] of Object.entries(validator.fields as PropertyValidators)) {
    const found = completed(inner as GenericValidator, fields.get(name), [...path, name]);
    if (found !== undefined) fields.set(name, found);
  }
  return Object.fromEntries(fields) as Value;
}
