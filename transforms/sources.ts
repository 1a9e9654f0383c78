/**
 * Phase 2: `messages.sources` and `partialSources` become rows of `sources`; entries of `sourceMetadata` are handed on as
 * mentions of the url's metadata, which many messages share.
 */
import type { Value } from "convex/values";
import { defineTransform, type Fields, type SourceDocument } from "./defineTransform.js";
import { keepStrayFields, lackingField } from "./elementShape.js";
import { isStreaming } from "./isStreaming.js";
import {
  type MessageColumns,
  messageColumns,
  messageOwnerFields,
  messageOwnerLookups,
  rejectElements,
} from "./messageOwner.js";
import { isMetadataTooLarge } from "./metadataRowSize.js";
import { type MovedElement, movedElements } from "./movedElements.js";
import { type PartBuilder, startPart } from "./partBuilder.js";
import { isObject, sameValue } from "./sameValue.js";
import {
  metadataReference,
  placeSources,
  readSource,
  type Source,
  sourceColumns,
  sourceProvider,
  sourceShape,
} from "./sourceElements.js";
import { entryMention, entryOf, metadataEntryShape } from "./sourceMetadataEntry.js";
import { citationMention } from "./sourceMetadataMention.js";
import { rowsInOrder } from "./storedRows.js";
import { withoutAbsent } from "./withoutAbsent.js";

const moves = ["sources", "partialSources", "sourceMetadata"] as const;
const complete = "source";
const partial = "partialSource";
const entry = "sourceMetadataEntry";
const invalidCodes = {
  [complete]: "invalid_source",
  [partial]: "invalid_source",
  [entry]: "invalid_source_metadata",
};

export const sources = defineTransform({
  part: "message/sources",
  phase: "phase-2",
  table: "messages",
  moves,
  reads: {
    fields: [...messageOwnerFields, "status", "model", "providerMetadata", ...moves],
    lookups: messageOwnerLookups,
  },
  elements: { [complete]: "sources", [partial]: "sources", [entry]: "sourceMetadata" },
  writes: { sources: "messageId" },
  rebuildsFrom: { sourceMetadata: null },
  mentions: ["sourceMetadata"],

  map(input) {
    const { document } = input;
    const part = startPart(document, moves);
    const elements = elementsOf(document);
    if (elements.length === 0) return part.finish();
    const message = messageColumns(input);
    if ("lacking" in message) return rejectElements(part, elements, message, invalidCodes);

    const streaming = isStreaming(document.status);
    const provider = sourceProvider(document);
    const read = (kind: string): Source[] =>
      readSources(
        part,
        elements.filter(({ element }) => element === kind),
        message,
      );
    const placed = new Map<number, Source>();
    const completed = read(complete);
    placeSources(completed, placed);
    const partials = withoutCited(part, completed, read(partial));
    placeSources(partials, placed);
    for (const [position, source] of [...placed].sort(([a], [b]) => a - b)) {
      const isPartial = source.element === partial && streaming;
      const columns = sourceColumns(source, message, provider, position, isPartial);
      writeRow(part, source, position, columns);
      part.mention(citationMention(source.hashed, message.createdAt));
      if (source.element === partial && !streaming) part.noted({ code: "settled_partial", path: source.path });
    }
    const byId = firstById([...completed, ...partials]);
    for (const found of elements) {
      if (found.element === entry) mapEntry(part, found, byId);
    }
    return part.finish();
  },

  elementsOf,

  rebuild({ rows, entities, kept }) {
    const stored = rowsInOrder(rows.sources);
    return withoutAbsent({
      sources: kept.sources ?? sourcesOf(stored, false),
      partialSources: kept.partialSources ?? sourcesOf(stored, true),
      sourceMetadata: kept.sourceMetadata ?? entriesOf(stored, entities.sourceMetadata),
    });
  },

  identity: ({ position }) => String(position),
});

function elementsOf(document: SourceDocument): MovedElement[] {
  return [
    ...movedElements(document, "sources", complete),
    ...movedElements(document, "partialSources", partial),
    ...movedElements(document, "sourceMetadata", entry),
  ];
}

/** Announces the sources of one list and rejects those that can have no row. */
function readSources(part: PartBuilder, elements: readonly MovedElement[], message: MessageColumns): Source[] {
  const valid: Source[] = [];
  for (const found of elements) {
    const { element, path, value } = found;
    part.found(element);
    const source = readSource(found, message);
    if ("code" in source) part.rejected(element, { ...source, path, value });
    else valid.push(source);
  }
  return valid;
}

/** Merges the partial sources whose url the message cites already; gives back those that stay. */
function withoutCited(part: PartBuilder, completed: readonly Source[], partials: readonly Source[]): Source[] {
  const cited = new Map<string, Source>();
  for (const source of completed) if (!cited.has(source.hashed.urlHash)) cited.set(source.hashed.urlHash, source);
  return partials.filter((source) => {
    const { element, path, value, hashed } = source;
    const stays = cited.get(hashed.urlHash);
    if (stays === undefined) {
      cited.set(hashed.urlHash, source);
      return true;
    }
    const differs = !sameValue(value, stays.value);
    part.merged(element, { code: "partial_source_superseded", path, ...(differs ? { value } : {}) });
    return false;
  });
}

function writeRow(part: PartBuilder, source: Source, position: number, columns: Fields): void {
  const { element, path, value, marker } = source;
  part.row({ table: "sources", value: columns, refs: [metadataReference(source)], element, path });
  keepStrayFields(part, value, sourceShape, path);
  if (marker !== position) {
    part.keptPart({ code: "source_id_replaced", path: `${path}/id`, value: value.id, detail: `position ${position}` });
  }
}

/** The first source of each id, of those that have rows. */
function firstById(sources: readonly Source[]): ReadonlyMap<Value | undefined, Source> {
  return new Map(sources.toReversed().map((source) => [source.value.id, source]));
}

function mapEntry(
  part: PartBuilder,
  { path, value, index }: MovedElement,
  byId: ReadonlyMap<Value | undefined, Source>,
): void {
  part.found(entry);
  if (index === null || !isObject(value)) {
    part.rejected(entry, { code: "invalid_source_metadata", path, value });
    return;
  }
  const { sourceId } = value;
  const source = byId.get(sourceId);
  const lacking = lackingField(value, metadataEntryShape);
  if (typeof sourceId === "string" && source === undefined) {
    part.rejected(entry, { code: "orphan_source_metadata", path, value });
  } else if (typeof sourceId !== "string" || source === undefined || lacking !== null) {
    part.rejected(entry, { code: "invalid_source_metadata", path, value, detail: `field ${lacking}` });
  } else if (isMetadataTooLarge(source.hashed, value)) {
    part.rejected(entry, { code: "row_too_large", path, value });
  } else {
    part.undecided(entry, entryMention(source.hashed.urlHash, sourceId, path, value));
    keepStrayFields(part, value, metadataEntryShape, path);
  }
}

function sourcesOf(rows: readonly SourceDocument[], isPartial: boolean): Record<string, Value>[] | undefined {
  const found = rows.filter((row) => (row.isPartial === true) === isPartial);
  if (found.length === 0) return undefined;
  return found.map(({ position, title, url, publishedDate, snippet }) =>
    withoutAbsent({ id: String(position), title, url, publishedDate, snippet }),
  );
}

function entriesOf(
  rows: readonly SourceDocument[],
  metadata: ReadonlyMap<string, SourceDocument> = new Map(),
): Record<string, Value>[] | undefined {
  const entries = rows.flatMap(({ position, sourceMetadataId }) => {
    const row = typeof sourceMetadataId === "string" ? metadata.get(sourceMetadataId) : undefined;
    const found = row === undefined ? null : entryOf(String(position), row);
    return found === null ? [] : [found];
  });
  return entries.length === 0 ? undefined : entries;
}
