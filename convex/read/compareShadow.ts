import { ConvexError, v } from "convex/values";
import { contentHash } from "../../transforms/contentHash.js";
import type { Doc } from "../documents.js";
import { countComparison, type PageTally } from "../evidence/comparisons.js";
import { mounted } from "../mount.js";
import { epochArguments, requirePhase } from "../requirePhase.js";
import { internalMutation, type MutationCtx } from "../runtime.js";
import { walkArguments, walkPage } from "../walk.js";
import { startReading } from "./reading.js";
import { comparePart, shadowReaders } from "./shadowReaders.js";

const differences = "unnestShadowDifferences";

/**
 * Compares what both sides of a reader answer, a page of documents at a time, of which a sample is looked at: `seed` chooses it, one
 * document in `oneIn`. Differences known before are looked at first, all of them, and go where they no longer hold. What is stored of
 * one is its document's id and hashes. Schedules the next page itself unless told `once`; a pass over a sample that has not compared
 * enough is followed by one over every document.
 *
 * @returns `{cursor, isDone, visited, left, isEnough}`; `left` counts the differences of all pages so far, `isEnough` says whether
 * the reader's answers compared by now will do for a switch
 * @throws ConvexError `unknown_reader`, `epoch_ended`, and `wrong_step` where no two sides are in use
 */
export const compareShadow = internalMutation({
  args: {
    ...epochArguments,
    ...walkArguments,
    reader: v.string(),
    seed: v.number(),
    oneIn: v.number(),
    once: v.optional(v.boolean()),
  },
  handler: async (ctx, args) => {
    const { migrationId, epoch, reader, seed, oneIn, cursor = null, documents, dryRun = false, once = false } = args;
    const reading = await startReading(ctx);
    const parts = Object.hasOwn(shadowReaders, reader) ? (shadowReaders[reader] ?? []) : [];
    if (!parts.some(({ phase }) => phase === migrationId))
      throw new ConvexError({ code: "unknown_reader", migrationId, reader });
    requirePhase(reading, { migrationId, epoch }, ["shadow", "new-then-old", "new"]);
    const tally: PageTally = { looked: 0, differing: 0, waiting: 0 };
    const agrees = async (table: string, documentId: string, known: Difference | null): Promise<boolean> => {
      const transform = parts.find((part) => part.table === table);
      const compared = transform === undefined ? "nothing" : await comparePart(reading, transform, documentId);
      const isAnswer = typeof compared === "object";
      const differs = isAnswer && compared.old !== compared.new;
      if (isAnswer) tally.looked += 1;
      if (differs) tally.differing += 1;
      if (compared === "waits") tally.waiting += 1;
      if (!dryRun) await settle(ctx, known, differs ? { reader, table, documentId, ...compared } : null);
      return !differs;
    };
    const page = await walkPage(ctx, {
      tables: [differences, ...parts.map(({ table }) => table)],
      cursor,
      documents,
      visit: async (document, table) => {
        if (table === differences) {
          const known = document as unknown as Difference;
          return known.reader !== reader || (await agrees(known.table, known.documentId, known));
        }
        const isCounted = !isChosen(seed, oneIn, document._id) || (await isKnown(ctx, reader, table, document._id));
        return isCounted || (await agrees(table, document._id, null));
      },
    });
    const part = { reader, seed, cursor, page, tally, isWhole: !isSample(oneIn) };
    const isEnough = !dryRun && (await countComparison(ctx, { migrationId, epoch }, part));
    const isDenser = page.isDone && !dryRun && !isEnough && isSample(oneIn);
    const next = isDenser ? { ...args, cursor: null, oneIn: 1 } : { ...args, cursor: page.cursor };
    if (!once && (!page.isDone || isDenser))
      await ctx.scheduler.runAfter(0, mounted("mutation", "compareShadow"), next);
    return { ...page, isEnough };
  },
});

type Difference = Doc<"unnestShadowDifferences">;

/** Was this difference found before? Then the same pass has looked at it already. */
async function isKnown({ db }: MutationCtx, reader: string, table: string, documentId: string): Promise<boolean> {
  const known = db
    .query(differences)
    .withIndex("by_reader_document", (range) =>
      range.eq("reader", reader).eq("table", table).eq("documentId", documentId),
    );
  return (await known.first()) !== null;
}

/** Makes what is stored of a difference what was found; null where the sides agree. */
async function settle(
  { db }: MutationCtx,
  known: Difference | null,
  found: Pick<Difference, "reader" | "table" | "documentId" | "old" | "new"> | null,
): Promise<void> {
  if (known === null && found !== null) await db.insert(differences, { ...found, createdAt: Date.now() });
  else if (known !== null && found === null) await db.delete(known._id);
  else if (known !== null && found !== null) await db.patch(known._id, found);
}

function isSample(oneIn: number): boolean {
  return Math.floor(oneIn) > 1;
}

/** Hex digits of a hash: a draw among 16 million, of which hardly any sample is seen. */
const drawnDigits = 6;

/** Is this document in the sample that the seed chooses? */
function isChosen(seed: number, oneIn: number, documentId: string): boolean {
  const drawn = Number.parseInt(contentHash([seed, documentId]).slice(0, drawnDigits), 16);
  return drawn % Math.max(1, Math.floor(oneIn)) === 0;
}
