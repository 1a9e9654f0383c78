-- Figure: mean message size before, in Convex's count
-- Unit: bytes
SELECT convexBefore / nullif(documents, 0) AS value, CAST(NULL AS BOOLEAN) AS met FROM meta.document_sizes WHERE "table" = 'messages'
