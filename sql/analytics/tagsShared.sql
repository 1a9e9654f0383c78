-- Question: Which tags join different kinds of entity?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: rows (number, 20): how many rows
-- Column: path: of the tag
-- Column: kinds: that use it
-- Column: links: all of them
-- Column: share: percent of the used tags that are on as many kinds or more
WITH uses AS (
  SELECT tagId, list_sort(list(DISTINCT kind)) AS kinds, count(*) AS links FROM tagLinks GROUP BY tagId
),
ranked AS (
  SELECT
    t._id, t.path, t.userId, kinds, links,
    round(100.0 * count(*) OVER (ORDER BY len(kinds) DESC) / count(*) OVER (), 1) AS share
  FROM uses
  JOIN normal.tags AS t ON t._id = uses.tagId
  WHERE ($user IS NULL OR t.userId = $user)
)
SELECT path, array_to_string(kinds, ', ') AS kinds, links, share
FROM ranked
WHERE len(kinds) > 1
ORDER BY len(ranked.kinds) DESC, links DESC, path, _id
LIMIT $rows
