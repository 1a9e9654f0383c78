-- Figure: mean message size before, as JSON
-- Unit: bytes
SELECT jsonBefore / nullif(documents, 0) AS value, CAST(NULL AS BOOLEAN) AS met FROM meta.document_sizes WHERE "table" = 'messages'
