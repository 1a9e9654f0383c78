import { enumerationsCheck, fieldTypesCheck, requiredFieldsCheck } from "./checks/columnChecks.js";
import { naturalKeyCheck, primaryKeyCheck } from "./checks/keyChecks.js";
import type { GeneratedCheck } from "./checks/offenders.js";
import { foreignKeyCheck, type ReferenceOptions, sourceForeignKeyCheck } from "./checks/referenceChecks.js";
import type { Model } from "./types.js";

/**
 * The relational checks that follow from the schema alone (spec 4, checks 1–4). They read `normal.<table>` for every normalized table and
 * `raw.<table>` for every existing one (both may be empty, none may be absent), and `raw._storage` where files are listed. Each takes one
 * scan of the columns it names, and one hash table of the ids for every table pointed at.
 *
 * @param model the model
 * @param options `storageListed`: `raw._storage` exists and has rows, so that a file missing there is missing
 */
export function generatedChecks(model: Model, options: ReferenceOptions): readonly GeneratedCheck[] {
  return [
    primaryKeyCheck(model.normalized),
    naturalKeyCheck(model.normalized),
    // A row whose file is missing stays, and the ledger says so (`storage_object_missing`); `storageIds` looks after those.
    foreignKeyCheck(model, { storageListed: false }),
    sourceForeignKeyCheck(model, options),
    requiredFieldsCheck(model.normalized),
    enumerationsCheck(model.normalized),
    fieldTypesCheck(model.normalized),
  ];
}
