-- Rule: A tag's path is "/" and its slug; its depth is the number of its ancestors; its parent is the tag of the same owner whose slug is its own without the last segment.
-- Why: Roll-ups walk the parents, prefix searches the paths; they must see one tree.
-- Remedy: This is a defect of the set rule tags.sql; report the tag.
-- Covers: normal.tags
WITH expected AS (
  SELECT t.*, len(string_split(t.slug, '/')) - 1 AS expectedDepth,
    array_to_string(list_slice(string_split(t.slug, '/'), 1, -2), '/') AS expectedParent
  FROM normal.tags AS t
)
SELECT 'tags' AS "table", t._id,
  CASE
    WHEN t.path IS DISTINCT FROM '/' || t.slug THEN 'path is not that of the slug'
    WHEN t.depth IS DISTINCT FROM expectedDepth THEN 'depth is not the number of ancestors'
    WHEN t.parentId IS NULL THEN 'has no parent'
    ELSE 'its parent is another tag'
  END AS detail
FROM expected AS t
LEFT JOIN normal.tags AS parent ON parent._id = t.parentId
WHERE t.path IS DISTINCT FROM '/' || t.slug
  OR t.depth IS DISTINCT FROM expectedDepth
  OR (expectedDepth > 0 AND t.parentId IS NULL)
  OR (parent._id IS NOT NULL AND (parent.slug <> expectedParent OR parent.scope <> t.scope OR parent.userId IS DISTINCT FROM t.userId))
