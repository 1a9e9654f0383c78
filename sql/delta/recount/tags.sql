-- One row: a tag that links of the new tables point at, and how many of them do.
WITH links AS (
  SELECT tagId FROM raw.bookmarkTags
  UNION ALL SELECT tagId FROM raw.snippetTags
  UNION ALL SELECT tagId FROM raw.noteTags
  UNION ALL SELECT tagId FROM raw.feedbackTagJunctions
)
SELECT tagId AS key, count(*) AS usageCount
FROM links
GROUP BY tagId
