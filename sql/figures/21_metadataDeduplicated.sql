-- Figure: source metadata deduplicated
-- Unit: % of sources
-- Goal: 30–50 % or more
WITH share AS (
  SELECT 100.0 * (1 - (SELECT count(*) FROM normal.sourceMetadata) / nullif((SELECT count(*) FROM normal.sources), 0)) AS value
)
SELECT value, value >= 30 AS met FROM share
