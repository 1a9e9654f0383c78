import type { Value } from "convex/values";
import type { EntityReference, Fields, SourceDocument } from "./defineTransform.js";
import { type ElementShape, textOf } from "./elementShape.js";
import type { MessageColumns } from "./messageOwner.js";
import { isMetadataTooLarge } from "./metadataRowSize.js";
import type { MovedElement } from "./movedElements.js";
import { isRowTooLarge } from "./rowSize.js";
import { isObject } from "./sameValue.js";
import { type HashedUrl, urlHash } from "./urlHash.js";

/** `id` is no column: it decides `position`, and `source_id_replaced` keeps it where it does not. */
export const sourceShape = {
  required: { url: "string" },
  optional: { id: "any", title: "string", snippet: "string", publishedDate: "string" },
} as const satisfies ElementShape;

/** A valid source of a message, with the row it gives if it stays. */
export interface Source {
  readonly element: string;
  readonly path: string;
  readonly value: Record<string, Value | undefined>;
  /** The citation marker, if it is one. */
  readonly marker: number | null;
  /** As cited. */
  readonly url: string;
  readonly hashed: HashedUrl;
}

/** Why an element gives no row. */
interface Refusal {
  readonly code: "invalid_source" | "source_without_url" | "row_too_large";
  readonly detail?: string;
}

export function readSource({ element, path, value, index }: MovedElement, message: MessageColumns): Source | Refusal {
  if (index === null || !isObject(value)) return { code: "invalid_source" };
  if (value.url === undefined || value.url === "") return { code: "source_without_url" };
  const url = textOf(value.url);
  if (url === undefined) return { code: "invalid_source", detail: "field url" };
  const source = { element, path, value, marker: markerOf(value.id), url, hashed: urlHash(url) };
  const columns = sourceColumns(source, message, "perplexity", 0, false);
  const isTooLarge = isRowTooLarge(columns, [metadataReference(source)]) || isMetadataTooLarge(source.hashed);
  return isTooLarge ? { code: "row_too_large" } : source;
}

/** The columns of a source's row. Written out, since spreading objects costs as much as all the rest. */
export function sourceColumns(
  { value, url, hashed }: Source,
  { messageId, conversationId, userId, createdAt }: MessageColumns,
  provider: string,
  position: number,
  isPartial: boolean,
): Fields {
  return {
    messageId,
    conversationId,
    userId,
    createdAt,
    urlHash: hashed.urlHash,
    position,
    provider,
    url,
    title: textOf(value.title),
    snippet: textOf(value.snippet),
    publishedDate: textOf(value.publishedDate),
    isPartial,
  };
}

export function metadataReference({ hashed }: Source): EntityReference {
  return { column: "sourceMetadataId", table: "sourceMetadata", key: [hashed.urlHash] };
}

/** A positive decimal integer of at most 9 digits, without sign or leading zero; else null. */
function markerOf(id: Value | undefined): number | null {
  return typeof id === "string" && /^[1-9][0-9]{0,8}$/.test(id) ? Number(id) : null;
}

/** Who searched: the provider in the model's name, else the one whose key `providerMetadata` has. */
export function sourceProvider({ model, providerMetadata }: SourceDocument): string {
  const [, named] = /^([^:/]*)[:/]/.exec(textOf(model) ?? "") ?? [];
  if (named === "openrouter" || named === "perplexity") return named;
  if (isObject(providerMetadata)) {
    if (providerMetadata.openrouter !== undefined) return "openrouter";
    if (providerMetadata.perplexity !== undefined) return "perplexity";
  }
  return "generic";
}

/**
 * Gives sources their positions: first each whose marker no other has taken gets it; then the others, in order, the
 * numbers after the greatest one.
 *
 * @param taken positions given before; those given now are added.
 */
export function placeSources(sources: readonly Source[], taken: Map<number, Source>): void {
  const others = sources.filter((source) => {
    if (source.marker === null || taken.has(source.marker)) return true;
    taken.set(source.marker, source);
    return false;
  });
  let greatest = 0;
  for (const position of taken.keys()) greatest = Math.max(greatest, position);
  for (const source of others) {
    greatest += 1;
    taken.set(greatest, source);
  }
}
