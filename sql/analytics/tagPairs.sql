-- Question: Which tags stand together on one entity?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: rows (number, 20): how many rows
-- Column: tag: the path of one
-- Column: other: the path of the other
-- Column: together: entities with both
-- Column: either: entities with one of them or both
-- Column: overlap: percent of those that have both
WITH uses AS (
  SELECT tagId, count(*) AS links FROM tagLinks GROUP BY tagId
),
pairs AS (
  SELECT l.tagId, r.tagId AS otherId, count(*) AS together
  FROM tagLinks AS l
  JOIN tagLinks AS r ON r.kind = l.kind AND r.entityId = l.entityId AND r.tagId > l.tagId
  WHERE ($user IS NULL OR l.userId = $user)
  GROUP BY l.tagId, r.tagId
)
SELECT
  least(one.path, two.path) AS tag,
  greatest(one.path, two.path) AS other,
  together,
  usesOne.links + usesTwo.links - together AS either,
  round(100.0 * together / (usesOne.links + usesTwo.links - together), 1) AS overlap
FROM pairs
JOIN normal.tags AS one ON one._id = pairs.tagId
JOIN normal.tags AS two ON two._id = pairs.otherId
JOIN uses AS usesOne ON usesOne.tagId = pairs.tagId
JOIN uses AS usesTwo ON usesTwo.tagId = pairs.otherId
ORDER BY together DESC, overlap DESC, tag, other, one._id
LIMIT $rows
