import type { Value } from "convex/values";
import { canonicalEncoding } from "./canonicalEncoding.js";
import type { EntityMention, SourceDocument } from "./defineTransform.js";
import { type ElementShape, numberOf, textOf } from "./elementShape.js";
import { withoutAbsent } from "./withoutAbsent.js";

/** A row of `sourceMetadata` takes its domain from the entry, so an entry without one is invalid. */
export const metadataEntryShape = {
  required: { sourceId: "string", domain: "string" },
  optional: {
    ogTitle: "string",
    ogDescription: "string",
    ogImage: "string",
    favicon: "string",
    fetchedAt: "number",
    error: "string",
  },
} as const satisfies ElementShape;

/**
 * What an entry says about its url's metadata; columns as in `sourceMetadataColumns`.
 *
 * @param path JSON Pointer of the entry.
 */
export function entryMention(
  urlHash: string,
  sourceId: string,
  path: string,
  entry: Record<string, Value | undefined>,
): EntityMention {
  const { sourceId: _, ...rest } = entry;
  const error = textOf(entry.error);
  return {
    table: "sourceMetadata",
    key: [urlHash],
    value: withoutAbsent({
      role: "entry",
      urlHash,
      entryPath: path,
      sourceId,
      hasError: error !== undefined,
      error,
      fetchedAt: numberOf(entry.fetchedAt),
      canonical: canonicalEncoding(rest),
      title: textOf(entry.ogTitle),
      description: textOf(entry.ogDescription),
      ogImage: textOf(entry.ogImage),
      favicon: textOf(entry.favicon),
      domain: textOf(entry.domain),
    }),
  };
}

/**
 * The entry a row of `sourceMetadata` carries, as a source of this id had it; null where it carries none, since it
 * stands for a url that was never looked up.
 */
export function entryOf(sourceId: string, metadata: SourceDocument): Record<string, Value> | null {
  const { enriched, enrichmentError, title, description, ogImage, favicon, domain, enrichedAt } = metadata;
  if (enriched !== true && enrichmentError === undefined) return null;
  return withoutAbsent({
    sourceId,
    ogTitle: title,
    ogDescription: description,
    ogImage,
    favicon,
    domain,
    fetchedAt: enrichedAt,
    error: enrichmentError,
  });
}
