-- Figure: mean message size after, as JSON
-- Unit: bytes
SELECT jsonAfter / nullif(documents, 0) AS value, CAST(NULL AS BOOLEAN) AS met FROM meta.document_sizes WHERE "table" = 'messages'
