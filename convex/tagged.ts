/** The kinds of documents that have tags. */
import { bookmarkTags } from "../transforms/bookmarkTags.js";
import type { Transform } from "../transforms/defineTransform.js";
import { feedbackTags } from "../transforms/feedbackTags.js";
import { noteTags } from "../transforms/noteTags.js";
import { snippetTags } from "../transforms/snippetTags.js";

/** By table of documents. */
export const tagged = {
  bookmarks: bookmarkTags,
  snippets: snippetTags,
  notes: noteTags,
  feedback: feedbackTags,
} as const;

export type TaggedTable = keyof typeof tagged;

/** Where links of a kind of documents stand. */
export interface Links {
  readonly transform: Transform;
  readonly table: string;
  /** The column of the tagged document's id. */
  readonly column: string;
}

/** The links that tags of a user, or of everybody, can have. */
export function linksOf(scope: string): readonly Links[] {
  const transforms: readonly Transform[] = scope === "global" ? [feedbackTags] : [bookmarkTags, snippetTags, noteTags];
  return transforms.flatMap((transform) =>
    Object.entries(transform.writes).map(([table, column]) => ({ transform, table, column })),
  );
}
