-- Question: How much hangs at each tag, with everything below it?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: rows (number, 20): how many rows
-- Column: path: of the tag
-- Column: depth: 0 for a root
-- Column: own: links of the tag itself
-- Column: below: links of its descendants
-- Column: entities: different ones with the tag or a descendant
-- Column: descendants: tags below it
WITH RECURSIVE beneath AS (
  SELECT _id AS rootId, _id AS tagId FROM normal.tags WHERE ($user IS NULL OR userId = $user)
  UNION ALL
  SELECT b.rootId, t._id FROM beneath AS b JOIN normal.tags AS t ON t.parentId = b.tagId
),
linked AS (
  SELECT
    b.rootId,
    count(*) FILTER (WHERE b.tagId = b.rootId) AS own,
    count(*) FILTER (WHERE b.tagId <> b.rootId) AS below,
    count(DISTINCT (l.kind, l.entityId)) AS entities
  FROM beneath AS b
  JOIN tagLinks AS l ON l.tagId = b.tagId
  GROUP BY b.rootId
),
sizes AS (
  SELECT rootId, count(*) - 1 AS descendants FROM beneath GROUP BY rootId
)
SELECT
  t.path,
  t.depth,
  coalesce(own, 0) AS own,
  coalesce(below, 0) AS below,
  coalesce(entities, 0) AS entities,
  descendants
FROM sizes
JOIN normal.tags AS t ON t._id = sizes.rootId
LEFT JOIN linked USING (rootId)
ORDER BY coalesce(own, 0) + coalesce(below, 0) DESC, t.path, t._id
LIMIT $rows
