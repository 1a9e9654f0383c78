import type { Value } from "convex/values";
import { textOf } from "./elementShape.js";
import { isRowTooLarge } from "./rowSize.js";
import type { HashedUrl } from "./urlHash.js";

/**
 * Would the row of `sourceMetadata` pass Convex's limit, with what this entry says of the url? Normalizing can make a url three
 * times as long, so a message that fits may cite one whose metadata does not.
 */
export function isMetadataTooLarge(
  { url, urlHash, hostname }: HashedUrl,
  entry: Record<string, Value | undefined> = {},
): boolean {
  return isRowTooLarge({
    url,
    urlHash,
    domain: textOf(entry.domain) ?? hostname,
    title: textOf(entry.ogTitle),
    description: textOf(entry.ogDescription),
    ogImage: textOf(entry.ogImage),
    favicon: textOf(entry.favicon),
    enriched: false,
    enrichedAt: 0,
    enrichmentError: textOf(entry.error),
    firstSeenAt: 0,
    lastAccessedAt: 0,
    accessCount: 0,
  });
}
