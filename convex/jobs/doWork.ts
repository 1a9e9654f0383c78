import { deleteUsage } from "../aggregates/deleteUsage.js";
import type { Doc } from "../documents.js";
import { partNamed } from "../dualWrite/concerns.js";
import { dropOriginals } from "../dualWrite/dropOriginals.js";
import { fanOut } from "../dualWrite/fanOut.js";
import { moveOutStanding } from "../sync/moveOut.js";
import { fanOutKind, keptKind, usageKind } from "../sync/queueJob.js";
import type { Sync } from "../sync/sync.js";
import { syncPart } from "../sync/syncPart.js";

/** Does what a job asks for one document; nothing for a part that is no more. */
export async function doWork(
  sync: Sync,
  { migrationId, kind, table }: Pick<Doc<"unnestJobs">, "migrationId" | "kind" | "table">,
  documentId: string,
): Promise<void> {
  if (kind === fanOutKind) await fanOut(sync, migrationId, table, documentId);
  else if (kind === keptKind) await dropOriginals(sync, table, documentId);
  else if (kind === usageKind) await deleteUsage(sync, documentId);
  else {
    const part = partNamed(kind);
    if (part === null) return;
    await syncPart(sync, part, documentId);
    await moveOutStanding(sync, part, documentId);
  }
}
