/** The model's row rules, in order: reading this list is reading the migration. */
import { attachments } from "./attachments.js";
import { bookmarkTags } from "./bookmarkTags.js";
import { conversationIds } from "./conversationIds.js";
import type { Transform } from "./defineTransform.js";
import { feedbackTag } from "./feedbackTag.js";
import { feedbackTags } from "./feedbackTags.js";
import { memoryMetadata } from "./memoryMetadata.js";
import { memorySources } from "./memorySources.js";
import { noteTags } from "./noteTags.js";
import { preferences } from "./preferences.js";
import { projectLink } from "./projectLink.js";
import { snippetTags } from "./snippetTags.js";
import { sourceMetadataColumns } from "./sourceMetadataMention.js";
import { sources } from "./sources.js";
import { tagColumns } from "./tagMention.js";
import { tokenUsage } from "./tokenUsage.js";
import { toolCalls } from "./toolCalls.js";

export const transforms: readonly Transform[] = [
  attachments,
  toolCalls,
  sources,
  projectLink,
  conversationIds,
  preferences,
  bookmarkTags,
  snippetTags,
  noteTags,
  feedbackTags,
  feedbackTag,
  tokenUsage,
  memoryMetadata,
  memorySources,
];

/** A kind of entity that mentions describe: the columns of a mention. */
interface EntityMentions {
  readonly columns: Readonly<Record<string, "VARCHAR" | "DOUBLE" | "BOOLEAN" | "JSON">>;
}

/** By entity table. */
export const entityMentions: Readonly<Record<string, EntityMentions>> = {
  sourceMetadata: { columns: sourceMetadataColumns },
  tags: { columns: tagColumns },
};

export type { Value } from "convex/values";
export { canonicalEncoding } from "./canonicalEncoding.js";
export { convexSize } from "./convexSize.js";
export { correctionId, correctionPrefix } from "./correctionId.js";
export type {
  EntityReference,
  Environment,
  Fields,
  Lookup,
  PartEntry,
  PartInput,
  PartResult,
  PartRow,
  SourceDocument,
  StoredPart,
  Tally,
  Transform,
} from "./defineTransform.js";
export { jsonPointer } from "./jsonPointer.js";
export { knownValues } from "./knownValues.js";
export { ledgerCodes } from "./ledgerCodes.js";
export { type Original, originalEntry } from "./original.js";
export { type BatchEntity, type BatchPart, encodeEntity, encodePart } from "./partBatch.js";
export { encodePatch } from "./patchBatch.js";
export { rebuildPart } from "./rebuildPart.js";
export { rowTables } from "./rowTables.js";
export { sameFieldValue } from "./sameFieldValue.js";
export { sameValue } from "./sameValue.js";
export { addTally, emptyTally } from "./tally.js";
export { urlHash } from "./urlHash.js";
