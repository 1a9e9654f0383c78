-- One row: an entry of a message's sourceMetadata that lost against a different one of the same url.
SELECT 'phase-2' AS phase, 'source_metadata_conflict' AS code, 'merged' AS kind, 'messages' AS "table", ranked.documentId, entryPath AS path,
  json_extract(m.sourceMetadata, entryPath[len('/sourceMetadata') + 1:]) AS "value",
  'sourceMetadataEntry' AS element, 'message/sources' AS part
FROM staging.rankedMetadataEntries AS ranked
JOIN raw.messages AS m ON m._id = ranked.documentId
WHERE CAST(canonical AS VARCHAR) <> CAST(winner AS VARCHAR)
