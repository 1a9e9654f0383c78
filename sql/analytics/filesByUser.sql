-- Question: Who stores how much, and how much of it does no message show?
-- Parameter: rows (number, 20): how many rows
-- Column: userId: the owner
-- Column: name: the user's name
-- Column: files: different stored objects, attached or in the list of files
-- Column: bytes: of these
-- Column: unattached: files of the list that no message has
-- Column: unattachedBytes: of these
WITH stored AS (
  SELECT userId, storageId, max(size) AS size, bool_or(isAttached) AS isAttached
  FROM (
    SELECT userId, storageId, size, true AS isAttached FROM normal.attachments
    UNION ALL SELECT userId, storageId, size, false FROM raw.files
  )
  GROUP BY userId, storageId
)
SELECT
  stored.userId,
  any_value(u.name) AS name,
  count(*) AS files,
  sum(size) AS bytes,
  count(*) FILTER (WHERE NOT isAttached) AS unattached,
  coalesce(sum(size) FILTER (WHERE NOT isAttached), 0) AS unattachedBytes
FROM stored
LEFT JOIN raw.users AS u ON u._id = stored.userId
GROUP BY stored.userId
ORDER BY bytes DESC, stored.userId
LIMIT $rows
