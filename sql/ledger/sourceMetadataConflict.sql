-- One row: an entry of a message's sourceMetadata that lost against a different one of the same url.
WITH ranked AS (
  SELECT documentId, entryPath, canonical,
    first_value(canonical) OVER (
      PARTITION BY urlHash
      ORDER BY hasError, CASE WHEN isnan(fetchedAt) THEN NULL ELSE fetchedAt END DESC NULLS LAST, CAST(canonical AS VARCHAR) DESC, documentId, entryPath
    ) AS winner
  FROM staging.sourceMetadataMentions
  WHERE role = 'entry'
)
SELECT 'phase-2' AS phase, 'source_metadata_conflict' AS code, 'merged' AS kind, 'messages' AS "table", documentId, entryPath AS path,
  json_extract(m.sourceMetadata, entryPath[len('/sourceMetadata') + 1:]) AS "value",
  'sourceMetadataEntry' AS element, 'message/sources' AS part
FROM ranked
JOIN raw.messages AS m ON m._id = ranked.documentId
WHERE CAST(canonical AS VARCHAR) <> CAST(winner AS VARCHAR)
