-- Figure: mean message size after, in Convex's count
-- Unit: bytes
SELECT convexAfter / nullif(documents, 0) AS value, CAST(NULL AS BOOLEAN) AS met FROM meta.document_sizes WHERE "table" = 'messages'
