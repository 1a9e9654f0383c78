-- Figure: change of the mean message size, in Convex's count
-- Unit: %
-- Goal: −40 % or less
WITH change AS (
  SELECT 100.0 * (convexAfter - convexBefore) / nullif(convexBefore, 0) AS value FROM meta.document_sizes WHERE "table" = 'messages'
)
SELECT value, value <= -40 AS met FROM change
