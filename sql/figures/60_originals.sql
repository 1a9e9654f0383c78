-- Figure: documents with an original entry
-- Unit: % of documents with moved fields
-- Goal: < 3 %
WITH share AS (
  SELECT 100.0 * (SELECT count(DISTINCT documentId) FROM ledger.entries WHERE code = 'original')
    / nullif((SELECT sum(shrunk) FROM meta.document_sizes), 0) AS value
)
SELECT value, coalesce(value, 0) < 3 AS met FROM share
