-- Figure: tag spellings merged
-- Unit: % of distinct spellings
-- Goal: 30–50 % or more
WITH labels AS (
  SELECT tagId, trim(label) AS label FROM normal.bookmarkTags UNION SELECT tagId, trim(label) FROM normal.snippetTags
  UNION SELECT tagId, trim(label) FROM normal.noteTags UNION SELECT tagId, trim(label) FROM normal.feedbackTagJunctions
),
merged AS (
  SELECT 100.0 * (count(*) - count(DISTINCT tagId)) / nullif(count(*), 0) AS value FROM labels
)
SELECT value, value >= 30 AS met FROM merged
