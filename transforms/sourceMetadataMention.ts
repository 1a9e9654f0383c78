import type { EntityMention } from "./defineTransform.js";
import type { HashedUrl } from "./urlHash.js";

/**
 * What messages say about the metadata of a url, as columns of a staging table. Two roles:
 *
 * `citation`: a row of `sources` cites the url. Columns urlHash, url, hostname, citedAt. From them come `url`,
 * `firstSeenAt`, `lastAccessedAt`, `accessCount`, the `domain` of a hash without an entry, and the check that one hash
 * has one url.
 *
 * `entry`: an accepted element of a message's `sourceMetadata`. Columns urlHash, entryPath, sourceId, hasError, error,
 * fetchedAt, canonical, title, description, ogImage, favicon, domain. Of the entries of one hash the winner has
 * `hasError` false before true, then the greatest `fetchedAt` (null and NaN least), then the greatest `canonical` by
 * code point. Losers of the winner's `canonical` are merged by count, others are `source_metadata_conflict`, merged with
 * their value: `canonical` with `sourceId` put in.
 */
export const sourceMetadataColumns = {
  role: "VARCHAR",
  urlHash: "VARCHAR",
  /** Normalized. */
  url: "VARCHAR",
  /** "" for a url that has none or is not parseable. */
  hostname: "VARCHAR",
  /** `createdAt` of the citing message. */
  citedAt: "DOUBLE",
  /** JSON Pointer of the entry in its message. */
  entryPath: "VARCHAR",
  sourceId: "VARCHAR",
  /** A present `error` counts, even an empty one. */
  hasError: "BOOLEAN",
  error: "VARCHAR",
  fetchedAt: "DOUBLE",
  /** Canonical encoding of the entry without its `sourceId`; a text, since its bytes are compared. */
  canonical: "VARCHAR",
  title: "VARCHAR",
  description: "VARCHAR",
  ogImage: "VARCHAR",
  favicon: "VARCHAR",
  domain: "VARCHAR",
} as const;

/** @param citedAt `createdAt` of the citing message, ms. */
export function citationMention({ urlHash, url, hostname }: HashedUrl, citedAt: number): EntityMention {
  return {
    table: "sourceMetadata",
    key: [urlHash],
    value: { role: "citation", urlHash, url, hostname, citedAt },
  };
}
