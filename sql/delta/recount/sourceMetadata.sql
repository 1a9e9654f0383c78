-- One row: a url's metadata that sources of the new table point at: how many do, and from when to when.
SELECT sourceMetadataId AS key,
  count(*) AS accessCount,
  -- DuckDB sorts NaN last; a time that is none decides nothing.
  min(createdAt) FILTER (WHERE NOT isnan(createdAt)) AS firstSeenAt,
  max(createdAt) FILTER (WHERE NOT isnan(createdAt)) AS lastAccessedAt
FROM raw.sources
GROUP BY sourceMetadataId
