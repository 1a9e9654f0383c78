-- One row: an entry of a message's sourceMetadata, with its place among the entries of its url and the text of the winner.
-- The best is the one without an error, then the latest, then the greatest text; model/ and ledger/ both read it here.
SELECT *,
  row_number() OVER best AS place,
  first_value(canonical) OVER best AS winner
FROM staging.sourceMetadataMentions
WHERE role = 'entry'
WINDOW best AS (
  PARTITION BY urlHash
  ORDER BY hasError, CASE WHEN isnan(fetchedAt) THEN NULL ELSE fetchedAt END DESC NULLS LAST, CAST(canonical AS VARCHAR) DESC, documentId, entryPath
)
