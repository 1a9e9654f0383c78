-- Question: How does the use of tags change from month to month?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: tag (text): only this tag and those below it (a slug like work/project)
-- Column: month: its first day
-- Column: links: tags put on entities made in that month
-- Column: tags: different ones
-- Column: newTags: used for the first time
-- Column: linksSoFar: up to the end of the month
WITH chosen AS (
  SELECT l.tagId, CAST(date_trunc('month', l.day) AS DATE) AS month
  FROM tagLinks AS l
  JOIN normal.tags AS t ON t._id = l.tagId
  WHERE l.day IS NOT NULL AND ($tag IS NULL OR t.slug = $tag OR starts_with(t.slug, $tag || '/')) AND ($user IS NULL OR t.userId = $user)
),
firsts AS (
  SELECT tagId, min(month) AS month FROM chosen GROUP BY tagId
)
SELECT
  month,
  count(*) AS links,
  count(DISTINCT chosen.tagId) AS tags,
  count(DISTINCT firsts.tagId) AS newTags,
  sum(count(*)) OVER (ORDER BY month) AS linksSoFar
FROM chosen
LEFT JOIN firsts USING (tagId, month)
GROUP BY month
ORDER BY month
