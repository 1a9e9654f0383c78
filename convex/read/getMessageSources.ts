import type { EntityMention, Fields } from "../../transforms/defineTransform.js";
import { sources } from "../../transforms/sources.js";
import { type AnyReader, type Doc, findDocument } from "../documents.js";
import { newMetadata } from "../sync/metadataRule.js";
import type { MessageArguments } from "./getMessageAttachments.js";
import { firstPage, type Page, sliceOf } from "./page.js";
import { columnsIn, readPartAnswer } from "./partAnswer.js";
import { type ReadCtx, startReading } from "./reading.js";
import type { ReadRow } from "./readRow.js";

const described = [
  "url",
  "domain",
  "title",
  "description",
  "ogImage",
  "favicon",
  "siteName",
  "enriched",
  "enrichedAt",
  "enrichmentError",
] as const;

/** What describes a cited page. From the old side, as far as this one message knows it. */
export type SourceDescription = Pick<Doc<"sourceMetadata">, (typeof described)[number]>;

type SourceRow = Omit<ReadRow<"sources">, "sourceMetadataId"> & Partial<Pick<Doc<"sources">, "sourceMetadataId">>;

export type CitedSource = SourceRow & { readonly metadata: SourceDescription | null };

/**
 * The sources of a message in the order of their citation markers, joined with what is known of the cited pages. Reads as
 * `getMessageAttachments` does, and one document more for each page that is cited.
 */
export async function getMessageSources(
  ctx: ReadCtx,
  { messageId, paginationOpts = firstPage }: MessageArguments,
): Promise<Page<CitedSource>> {
  const reading = await startReading(ctx);
  const answer = await readPartAnswer(reading, sources, messageId);
  const slice = sliceOf(columnsIn(answer) as readonly SourceRow[], paginationOpts, ({ position }) => position);
  const metadata =
    answer.side === "rows" ? await storedMetadata(reading.db, slice.page) : mentionedMetadata(answer.mentions);
  return {
    ...slice,
    page: slice.page.map((source) => ({ ...source, metadata: metadata.get(source.urlHash) ?? null })),
  };
}

type ByHash = ReadonlyMap<string, SourceDescription>;

async function storedMetadata(db: AnyReader, rows: readonly SourceRow[]): Promise<ByHash> {
  const ids = new Map(rows.map(({ urlHash, sourceMetadataId }) => [urlHash, sourceMetadataId]));
  const found = await Promise.all(
    [...ids].map(async ([hash, id]) => [hash, await findDocument(db, "sourceMetadata", id)] as const),
  );
  return new Map(found.flatMap(([hash, row]) => (row === null ? [] : [[hash, descriptionIn(row)]])));
}

function mentionedMetadata(mentions: readonly EntityMention[]): ByHash {
  const byHash = new Map<string, Fields[]>();
  for (const { key, value } of mentions) {
    const hash = String(key[0]);
    byHash.set(hash, [...(byHash.get(hash) ?? []), value]);
  }
  return new Map([...byHash].map(([hash, values]) => [hash, descriptionIn(newMetadata(values))]));
}

function descriptionIn(row: Readonly<Record<string, unknown>>): SourceDescription {
  const entries = described.map((column) => [column, row[column]]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as SourceDescription;
}
