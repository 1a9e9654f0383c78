-- One row: a url hash that some message cites, described by the best entry there is for it.
WITH citations AS (
  SELECT urlHash,
    any_value(url) AS url,
    any_value(hostname) AS hostname,
    first(documentCreationTime + ordinal / 4096.0::DOUBLE ORDER BY documentCreationTime, documentId, ordinal) AS _creationTime,
    -- DuckDB sorts NaN last; a time that is none decides nothing.
    coalesce(min(citedAt) FILTER (WHERE NOT isnan(citedAt)), min(documentCreationTime)) AS firstSeenAt,
    coalesce(max(citedAt) FILTER (WHERE NOT isnan(citedAt)), max(documentCreationTime)) AS lastAccessedAt
  FROM staging.sourceMetadataMentions
  WHERE role = 'citation'
  GROUP BY urlHash
),
winners AS (
  SELECT * FROM staging.rankedMetadataEntries WHERE place = 1
),
usage AS (
  SELECT "sourceMetadataId.urlHash" AS urlHash, count(*) AS citations
  FROM staging.sources
  GROUP BY "sourceMetadataId.urlHash"
)
SELECT
  c._creationTime,
  c.urlHash,
  c.url,
  coalesce(w.domain, c.hostname) AS domain,
  w.title,
  w.description,
  w.ogImage,
  w.favicon,
  CAST(NULL AS VARCHAR) AS siteName,
  coalesce(NOT w.hasError, false) AS enriched,
  w.fetchedAt AS enrichedAt,
  w.error AS enrichmentError,
  c.firstSeenAt,
  c.lastAccessedAt,
  CAST(coalesce(usage.citations, 0) AS DOUBLE) AS accessCount,
  CASE WHEN w.urlHash IS NOT NULL THEN 'sourceMetadataEntry' END AS _element
FROM citations AS c
LEFT JOIN winners AS w USING (urlHash)
LEFT JOIN usage USING (urlHash)
