import type { GenericId } from "convex/values";
import type { PartRow, Transform } from "../../transforms/defineTransform.js";
import { shownLabel } from "../../transforms/entityTags.js";
import { type AnyReader, type Doc, findDocument, type StoredDocument } from "../documents.js";
import { type TaggedTable, tagged } from "../tagged.js";
import { firstPage, type Page, type PageOptions, sliceOf } from "./page.js";
import { readPartAnswer } from "./partAnswer.js";
import { type ReadCtx, startReading } from "./reading.js";
import type { ReadRow } from "./readRow.js";

/** The document whose tags are meant. */
export type TaggedEntity = {
  [Table in TaggedTable]: { readonly table: Table; readonly documentId: GenericId<Table> };
}[TaggedTable];

type TagLink = ReadRow<"bookmarkTags">;

export interface EntityTag extends Pick<TagLink, "position" | "createdAt"> {
  /** The tag's identity: `work/project`. */
  readonly slug: string;
  /** As this entity spelled it; after the tag was renamed or merged, as the tag is called. */
  readonly label: string;
  /** The tag itself; null from the old side, which knows labels alone. */
  readonly tag: Doc<"tags"> | null;
}

/** The tags of one document, in their order. Reads two index ranges, and one document a tag of the page. */
export async function getTags(
  ctx: ReadCtx,
  {
    table,
    documentId,
    paginationOpts = firstPage,
  }: TaggedEntity & { readonly paginationOpts?: PageOptions | undefined },
): Promise<Page<EntityTag>> {
  const reading = await startReading(ctx);
  const transform: Transform = tagged[table];
  const answer = await readPartAnswer(reading, transform, documentId);
  const positionOf = ({ position }: { readonly position: number }) => position;
  if (answer.side === "old") return sliceOf(answer.rows.map(mappedTag), paginationOpts, positionOf);
  const links = answer.rows as unknown as readonly StoredLink[];
  const slice = sliceOf(links, paginationOpts, positionOf);
  const tags = await Promise.all(slice.page.map(async (link) => await storedTag(reading.db, link)));
  return { ...slice, page: tags.filter((tag) => tag !== null) };
}

type StoredLink = TagLink & StoredDocument;

async function storedTag(db: AnyReader, link: StoredLink): Promise<EntityTag | null> {
  const tag: StoredDocument | null = await findDocument(db, "tags", link.tagId);
  if (tag === null) return null;
  const { position, createdAt } = link;
  const label = shownLabel(link, new Map([[tag._id, tag]]));
  return { slug: String(tag.slug), label, position, createdAt, tag: tag as unknown as Doc<"tags"> };
}

function mappedTag({ value, refs }: PartRow): EntityTag {
  const { label, position, createdAt } = value as TagLink & { readonly label: string };
  // A tag's natural key ends with its slug.
  const slug = String(refs.find(({ column }) => column === "tagId")?.key.at(-1));
  return { slug, label, position, createdAt, tag: null };
}
