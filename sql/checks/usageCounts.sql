-- Rule: tags.usageCount is the number of links that point at the tag itself.
-- Why: Online the count is kept by differences; it has to start right.
-- Remedy: This is a defect of the set rule tags.sql; report it.
-- Covers: normal.tags
WITH links AS (
  SELECT tagId FROM normal.bookmarkTags UNION ALL SELECT tagId FROM normal.snippetTags
  UNION ALL SELECT tagId FROM normal.noteTags UNION ALL SELECT tagId FROM normal.feedbackTagJunctions
),
recount AS (
  SELECT tagId, count(*) AS links FROM links GROUP BY tagId
)
SELECT 'tags' AS "table", t._id, 'usageCount ' || usageCount || ', recounted ' || coalesce(links, 0) AS detail
FROM normal.tags AS t
LEFT JOIN recount ON recount.tagId = t._id
WHERE usageCount <> coalesce(links, 0)
