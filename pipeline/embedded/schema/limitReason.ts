/** Convex's words for a value that no table could hold, whatever its schema (spec 9). */
import { checkDocumentLimits, type Violation } from "../../convexFormat/limits.js";
import type { Fields } from "../store/table.js";

const MiB = 1_048_576;

/**
 * Why a document breaks a limit of values, or null; the first reason where there are several.
 *
 * @param size of the document in bytes
 */
export function limitReason(fields: Fields, size: number): string | null {
  const [violation] = checkDocumentLimits(fields, size);
  return violation === undefined ? null : reasonOf(violation);
}

function reasonOf({ rule, path, limit = 0, found = 0 }: Violation): string {
  switch (rule) {
    case "documentSize":
      return `Value is too large (${(found / MiB).toFixed(2)} MiB > maximum size ${limit / MiB} MiB)`;
    case "nesting":
      return `Document is too nested (nested ${found} levels deep > maximum nesting ${limit})`;
    case "arrayLength":
      return `Array length is too long (${found} > maximum length ${limit})`;
    case "objectFields":
      return `Object has too many fields (${found} > maximum number ${limit})`;
    case "keyLength":
      return `Field name is too long (${found} > maximum length ${limit})`;
    case "keyCharacters":
      return "Field names can only contain non-control ASCII characters";
    case "keyReserved":
      return "Field names cannot start with '$'";
    case "systemField":
      return `Field '${path.slice(1)}' starts with an underscore, which is only allowed for system fields like '_id'`;
    case "unicode":
      return "String is not valid Unicode";
  }
}
