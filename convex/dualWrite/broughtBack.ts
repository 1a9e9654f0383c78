import type { StoredDocument } from "../documents.js";
import { inTurn } from "../sync/inTurn.js";
import { hasMovedField } from "../sync/partValue.js";
import { rebuildOldFields } from "../sync/rebuildOldFields.js";
import { phaseOf } from "../sync/sync.js";
import { partsMovingFrom } from "./concerns.js";
import { type DualWrite, unreturnedName } from "./dualWrite.js";
import { fanOutChanged } from "./fanOutChange.js";
import { following } from "./follow.js";

/** Do documents of this table get fields back just now? */
export function isReturning({ sync }: DualWrite, table: string): boolean {
  return partsMovingFrom(table).some((part) => phaseOf(sync, part).step === "returning");
}

/**
 * In `returning`: gives a document that the application has read its fields back, before the application sees it, as rebuild would; so
 * what it computes from them is computed from the truth. Where there is no room for that, or something is wrong with the part, the document
 * is seen as it is, and no write of this transaction may replace what it did not see.
 */
export async function broughtBack(
  dualWrite: DualWrite,
  table: string,
  document: StoredDocument,
): Promise<StoredDocument> {
  return await inTurn(dualWrite.sync, async () => {
    const { sync, looked, unreturned } = dualWrite;
    let isChanged = false;
    for (const part of partsMovingFrom(table)) {
      const name = unreturnedName(part, document._id);
      if (phaseOf(sync, part).step !== "returning" || hasMovedField(part, document) || looked.has(name)) continue;
      looked.add(name);
      const outcome = await sync.budget.spend(() => rebuildOldFields(sync, part, document)).catch(() => null);
      if (outcome !== "rebuilt" && outcome !== "nothing") unreturned.add(name);
      if (outcome === "rebuilt" || outcome === "value_altered") isChanged = true;
    }
    if (!isChanged) return document;
    const after = (await sync.db.get(document._id)) ?? document;
    // Links take their positions from an array that stands again.
    await following(async () => await fanOutChanged(sync, table, document._id, document, after));
    return after;
  });
}
