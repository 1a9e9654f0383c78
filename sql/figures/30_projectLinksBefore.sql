-- Figure: project links inconsistent before
-- Unit: % of links
-- Goal: 5–10 % are expected
WITH links AS (
  SELECT
    (SELECT count(*) FROM ledger.entries WHERE phase = 'phase-3' AND (kind = 'rejected' OR code IN ('missing_from_array', 'duplicate_project_link'))) AS inconsistent,
    (SELECT count(*) FROM normal.projectConversations) AS consistent
),
share AS (
  SELECT 100.0 * inconsistent / nullif(inconsistent + consistent - (SELECT count(*) FROM ledger.entries WHERE code = 'missing_from_array'), 0) AS value FROM links
)
SELECT value, value <= 10 AS met FROM share
