import { convexSize } from "../../transforms/convexSize.js";
import type { Fields, SourceDocument, Transform } from "../../transforms/defineTransform.js";
import { withoutAbsent } from "../../transforms/withoutAbsent.js";
import { holdInRows } from "../sync/holdInRows.js";
import { forgetKept } from "../sync/movedParts.js";
import { queueJob } from "../sync/queueJob.js";
import { rowsOfPart } from "../sync/storedPart.js";
import { phaseOf, type Sync } from "../sync/sync.js";

/** Rows are small; with their touches and entities, none comes to more documents or bytes than this beside its own texts. */
const perElement = { documents: 5, bytes: 2_000 };

/**
 * Makes rows hold what a write says of a part. While the phase is `cleaned`, and rows fail or do not fit into the transaction's share, the
 * document holds it, and a job brings it into rows; so the write itself never fails by them.
 *
 * @param document as it is stored, without the part's moved fields
 * @param fields these
 * @throws ConvexError as `holdInRows` does, once the phase is `complete`
 */
export async function holdOrLeave(
  sync: Sync,
  part: Transform,
  document: SourceDocument,
  fields: Fields,
): Promise<void> {
  const { db, budget, backlog } = sync;
  const { _id: documentId } = document;
  const valued = { ...document, ...fields };
  const hold = async () => await holdInRows(sync, part, valued, await rowsOfPart(db, part, documentId));
  if (phaseOf(sync, part).step === "complete") return await hold();
  const bytes = convexSize(withoutAbsent(fields));
  budget.countMapped(bytes);
  const isHeld =
    backlog?.leavesFields() !== true &&
    (await budget
      .spend(async () => {
        const elements = part.elementsOf(valued).length;
        const documents = elements * perElement.documents;
        const bytesWritten = 3 * bytes + elements * perElement.bytes;
        if (!(await budget.fits({ documentsWritten: documents, documentsRead: documents, bytesWritten }))) return false;
        await hold();
        return true;
      })
      .catch(() => false));
  if (isHeld === true) return;
  await db.patch(documentId, fields);
  await forgetKept(db, part, documentId);
  const { phase, part: kind, table } = part;
  await queueJob(sync, { phase, kind, table, documentId });
}
