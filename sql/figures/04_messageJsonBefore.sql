-- Figure: mean message size before
-- Unit: bytes of JSON
SELECT jsonBefore / nullif(documents, 0) AS value, CAST(NULL AS BOOLEAN) AS met FROM meta.document_sizes WHERE "table" = 'messages'
