/** Cascades: a document goes with everything that cannot be without it. */
import { rangeBy, type StoredDocument } from "../documents.js";
import { countDocument } from "../dualWrite/countDocument.js";
import { dropOriginals } from "../dualWrite/dropOriginals.js";
import { hasHeadroom } from "../headroom.js";
import { phaseOf, type Sync } from "../sync/sync.js";
import { descriptionOf, isNormalized, readMounted } from "../tableFacts.js";
import { touchForRow } from "../touches/rowTouches.js";
import type { SchedulingContext } from "./helperContext.js";
import { referencesTo } from "./references.js";
import { setProject } from "./setProject.js";

/** Referring documents read at once: 8 MiB of the 16 a transaction may read, were each as large as a document may be. */
const few = 8;

/**
 * Deletes a document after everything that refers to it: what requires the reference goes with all of its own, from the rest the
 * reference goes; rows with their touches. One index range a reference, whatever it finds; within a conversation a message
 * costs three more, since what else refers to it refers to the conversation too and is gone by then.
 *
 * Stops where half of the transaction is spent. What is gone by then is whole, and calling again goes on: nothing is kept
 * of how far it came, since what is done has left its range.
 *
 * @returns true when all of it is gone
 */
export async function deleteTree(
  ctx: SchedulingContext,
  table: string,
  document: StoredDocument,
  emptied: ReadonlySet<string> = new Set(),
): Promise<boolean> {
  const { unnest } = ctx;
  const references = referencesTo(table).filter(
    (reference) => !emptied.has(reference.table) && isOn(unnest, reference.table),
  );
  const within = new Set([...emptied, ...references.filter(({ required }) => required).map((found) => found.table)]);
  for (const { table: from, field, index, required } of references) {
    for (;;) {
      const found = await readMounted(from, [], () =>
        rangeBy(unnest.db, from, index, [[field, document._id]]).take(few),
      );
      if (found.length === 0) break;
      for (const referring of found) {
        if (!(await hasHeadroom(ctx))) return false;
        if (!required) await unnest.db.patch(referring._id, { [field]: undefined });
        else if (!(await deleteTree(ctx, from, referring, within))) return false;
      }
    }
  }
  if (!(await hasHeadroom(ctx))) return false;
  if (table === "conversations" && document.projectId !== undefined) await setProject(ctx, document._id, null);
  await deleteOne(unnest, table, document);
  return true;
}

/** Of a phase that is off there are no rows, or an abort removes them; its tables need not be mounted. */
function isOn(sync: Sync, table: string): boolean {
  const phase = isNormalized(table) ? descriptionOf(table).phase : undefined;
  return phase === undefined || phaseOf(sync, { phase }).step !== "off";
}

async function deleteOne(sync: Sync, table: string, document: StoredDocument): Promise<void> {
  await sync.db.delete(document._id);
  if (isNormalized(table)) await touchForRow(sync.touches, table, document, null);
  await countDocument(sync, table, document._id, document, null);
  await dropOriginals(sync, table, document._id);
}
