-- Figure: tags used by more than one kind of entity
-- Unit: % of tags in use
WITH uses AS (
  SELECT DISTINCT tagId, 'bookmark' AS kind FROM normal.bookmarkTags UNION SELECT DISTINCT tagId, 'snippet' FROM normal.snippetTags
  UNION SELECT DISTINCT tagId, 'note' FROM normal.noteTags UNION SELECT DISTINCT tagId, 'feedback' FROM normal.feedbackTagJunctions
),
kinds AS (
  SELECT tagId, count(*) AS kinds FROM uses GROUP BY tagId
)
SELECT 100.0 * count(*) FILTER (WHERE kinds > 1) / nullif(count(*), 0) AS value, CAST(NULL AS BOOLEAN) AS met FROM kinds
