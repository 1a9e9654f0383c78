/**
 * The incremental twin of `sql/model/sourceMetadata.sql`: a row takes a better entry and never a worse one. Best is the entry
 * without an error, then the latest, then the greatest canonical encoding (spec 4, phase 2); a test holds it against the SQL.
 */
import { ConvexError, type Value } from "convex/values";
import { canonicalEncoding, compareUtf8 } from "../../transforms/canonicalEncoding.js";
import type { Fields, SourceDocument } from "../../transforms/defineTransform.js";
import { entryOf } from "../../transforms/sourceMetadataEntry.js";

/** The row of a url that is cited for the first time. @throws ConvexError as `metadataChange` does. */
export function newMetadata(mentions: readonly Fields[]): Fields {
  const citation = mentions.find(({ role }) => role === "citation") ?? {};
  const { urlHash, url, hostname, citedAt } = citation;
  const row = {
    urlHash,
    url,
    domain: hostname,
    enriched: false,
    firstSeenAt: citedAt,
    lastAccessedAt: citedAt,
    accessCount: 0,
  };
  return { ...row, ...metadataChange(row, mentions) };
}

/**
 * What the best of the mentioned entries changes in a row; empty when the row's own is as good.
 *
 * @throws ConvexError `url_hash_collision` when two different urls have one hash (spec 4): nothing may be merged then.
 */
export function metadataChange(row: Fields, mentions: readonly Fields[]): Fields {
  for (const { role, url } of mentions) {
    if (role === "citation" && url !== row.url) {
      throw new ConvexError({ code: "url_hash_collision", table: "sourceMetadata", column: "urlHash" });
    }
  }
  const entries = mentions.filter(({ role }) => role === "entry");
  const best = entries.reduce<Fields | null>((held, entry) => (isBetter(entry, held) ? entry : held), null);
  if (best === null || !isBetter(best, entryIn(row))) return {};
  return columnsOf(best);
}

/** What another row of the url says about it, as mentions would: a row of a snapshot, or a second one of the same hash. */
export function mentionsIn(row: Fields): readonly Fields[] {
  const { urlHash, url } = row;
  const entry = entryIn(row);
  return [{ role: "citation", urlHash, url }, ...(entry === null ? [] : [entry])];
}

function columnsOf(entry: Fields): Fields {
  return {
    title: entry.title,
    description: entry.description,
    ogImage: entry.ogImage,
    favicon: entry.favicon,
    domain: entry.domain,
    enriched: entry.hasError !== true,
    enrichedAt: entry.fetchedAt,
    enrichmentError: entry.error,
  };
}

/** The entry a row stands for, as a mention of it; null where it stands for a url that was never looked up. */
function entryIn(row: Fields): Fields | null {
  const entry = entryOf("", row as SourceDocument);
  if (entry === null) return null;
  const { sourceId: _, ...rest } = entry;
  const { title, description, ogImage, favicon, domain, enrichedAt: fetchedAt, enrichmentError: error } = row;
  const columns = { title, description, ogImage, favicon, domain, fetchedAt, error };
  return { role: "entry", ...columns, hasError: error !== undefined, canonical: canonicalEncoding(rest) };
}

function isBetter(entry: Fields, held: Fields | null): boolean {
  if (held === null) return true;
  if (entry.hasError !== held.hasError) return entry.hasError === false;
  const [time, heldTime] = [timeOf(entry.fetchedAt), timeOf(held.fetchedAt)];
  if (time !== heldTime) return time > heldTime;
  return compareUtf8(String(entry.canonical), String(held.canonical)) > 0;
}

/** Absent and NaN sort first. */
function timeOf(value: Value | undefined): number {
  return typeof value === "number" && !Number.isNaN(value) ? value : Number.NEGATIVE_INFINITY;
}
