import { toolCalls } from "../../transforms/toolCalls.js";
import type { MessageArguments } from "./getMessageAttachments.js";
import { firstPage, type Page, sliceOf } from "./page.js";
import { columnsIn, readPartAnswer } from "./partAnswer.js";
import { type ReadCtx, startReading } from "./reading.js";
import type { ReadRow } from "./readRow.js";

export interface ToolCallArguments extends MessageArguments {
  /** Those of a message that is still being written, too; they are settled when it completes. Left out: no. */
  readonly includePartial?: boolean | undefined;
}

/** The tool calls of a message, in their order. Reads as `getMessageAttachments` does. */
export async function getMessageToolCalls(
  ctx: ReadCtx,
  { messageId, includePartial = false, paginationOpts = firstPage }: ToolCallArguments,
): Promise<Page<ReadRow<"toolCalls">>> {
  const answer = await readPartAnswer(await startReading(ctx), toolCalls, messageId);
  const rows = columnsIn(answer) as readonly ReadRow<"toolCalls">[];
  const wanted = rows.filter(({ isPartial }) => includePartial || !isPartial);
  return sliceOf(wanted, paginationOpts, ({ position }) => position);
}
