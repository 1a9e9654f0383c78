import type { GenericId } from "convex/values";
import { attachments } from "../../transforms/attachments.js";
import { firstPage, type Page, type PageOptions, sliceOf } from "./page.js";
import { columnsIn, readPartAnswer } from "./partAnswer.js";
import { type ReadCtx, startReading } from "./reading.js";
import type { ReadRow } from "./readRow.js";

export interface MessageArguments {
  readonly messageId: GenericId<"messages">;
  readonly paginationOpts?: PageOptions | undefined;
}

/** The attachments of a message, in their order. Reads two index ranges, and the message only where it has no rows. */
export async function getMessageAttachments(
  ctx: ReadCtx,
  { messageId, paginationOpts = firstPage }: MessageArguments,
): Promise<Page<ReadRow<"attachments">>> {
  const answer = await readPartAnswer(await startReading(ctx), attachments, messageId);
  return sliceOf(columnsIn(answer) as readonly ReadRow<"attachments">[], paginationOpts, ({ position }) => position);
}
