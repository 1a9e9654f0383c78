-- Figure: mean message size after
-- Unit: bytes, Convex's count
SELECT convexAfter / nullif(documents, 0) AS value, CAST(NULL AS BOOLEAN) AS met FROM meta.document_sizes WHERE "table" = 'messages'
