/**
 * The incremental twin of `sql/model/sourceMetadata.sql`: a row takes a better entry and never a worse one. Best is the entry
 * without an error, then the latest, then the greatest canonical encoding (spec 4, phase 2); a test holds it against the SQL.
 */
import type { Value } from "convex/values";
import { canonicalEncoding, compareUtf8 } from "../../transforms/canonicalEncoding.js";
import type { Fields, SourceDocument } from "../../transforms/defineTransform.js";
import { entryOf } from "../../transforms/sourceMetadataEntry.js";
import { withoutAbsent } from "../../transforms/withoutAbsent.js";

/** The row of a url that is cited for the first time. @throws Error as `metadataChange` does. */
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
  return withoutAbsent({ ...row, ...metadataChange(row, mentions) });
}

/**
 * What the best of the mentioned entries changes in a row; empty when the row's own is as good.
 *
 * @throws Error when two different urls have one hash (spec 4): nothing may be merged then.
 */
export function metadataChange(row: Fields, mentions: readonly Fields[]): Fields {
  for (const { role, url } of mentions) {
    if (role === "citation" && url !== row.url) throw new Error(`two urls have the hash ${String(row.urlHash)}`);
  }
  const entries = mentions.filter(({ role }) => role === "entry");
  const best = entries.reduce<Fields | null>((held, entry) => (isBetter(entry, held) ? entry : held), null);
  if (best === null || !isBetter(best, rankOf(row))) return {};
  return columnsOf(best);
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

/** The entry a row stands for, as far as a mention's order looks at it. */
function rankOf(row: Fields): Fields | null {
  const entry = entryOf("", row as SourceDocument);
  if (entry === null) return null;
  const { sourceId: _, ...rest } = entry;
  return { hasError: row.enrichmentError !== undefined, fetchedAt: row.enrichedAt, canonical: canonicalEncoding(rest) };
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
