import { ConvexError } from "convex/values";
import type { Fields } from "../../transforms/defineTransform.js";
import { transforms } from "../../transforms/index.js";
import type { BatchPatch } from "../../transforms/patchBatch.js";
import { sameValue } from "../../transforms/sameValue.js";
import { findDocument, type StoredDocument } from "../documents.js";
import { startDualWrite } from "../dualWrite/dualWrite.js";
import { followUpdate } from "../dualWrite/follow.js";
import { refuseInvalid } from "../sync/refuseInvalid.js";
import type { Sync } from "../sync/sync.js";
import type { PatchOutcome } from "./batch.js";
import { recordRepair } from "./recordRepair.js";

/**
 * Applies one repair, if the document still holds what it expects: with the consequences that a user's write has, and with a
 * ledger entry of what stood there before.
 *
 * @throws ConvexError `foreign_patch` when no part of this phase reads a patched field, `count_comes_by_correction`, `invalid_row`;
 * then nothing is written
 */
export async function applyPatch(
  sync: Sync,
  migrationId: string,
  patch: BatchPatch,
): Promise<Exclude<PatchOutcome, "invalid">> {
  const { table, _id, set, unset } = patch;
  refuseCount(patch);
  const changed = [...Object.keys(set), ...unset];
  const reader = transforms.find(
    ({ phase, table: of, reads }) =>
      phase === migrationId && of === table && changed.some((field) => reads.fields.includes(field)),
  );
  if (reader === undefined) throw new ConvexError({ code: "foreign_patch", table });
  const before = await findDocument(sync.db, table, _id);
  if (before === null || !isAsExpected(before, patch)) return "aside";
  const fields: Fields = { ...set, ...Object.fromEntries(unset.map((field) => [field, undefined])) };
  const after = { ...before, ...fields };
  refuseInvalid(sync.db, table, after);
  await recordRepair(sync.db, reader, before, changed);
  await sync.db.patch(before._id, fields);
  await followUpdate(startDualWrite(sync), table, before._id, { before, after, changed });
  return "patched";
}

function isAsExpected(document: StoredDocument, { expect, absent }: BatchPatch): boolean {
  return (
    Object.entries(expect).every(([field, value]) => sameValue(document[field], value)) &&
    absent.every((field) => document[field] === undefined)
  );
}

/**
 * A count of messages is a sum of differences, which only a correction brings in exactly: a value that was right in a snapshot says
 * nothing about the touches that were open there, and a document that holds it again may have come by another way.
 */
function refuseCount({ table, set }: BatchPatch): void {
  if (table === "conversations" && Object.hasOwn(set, "messageCount"))
    throw new ConvexError({ code: "count_comes_by_correction", table, column: "messageCount" });
}
