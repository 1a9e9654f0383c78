-- Question: Which files are attached to several messages?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: rows (number, 20): how many rows
-- Column: storageId: the stored object
-- Column: name: under which it was attached first
-- Column: attachments: of messages
-- Column: conversations: different ones
-- Column: users: different ones
-- Column: bytes: of the file
-- Column: bytesShared: that copies would take
SELECT
  storageId,
  first(name ORDER BY createdAt, _id) AS name,
  count(*) AS attachments,
  count(DISTINCT conversationId) AS conversations,
  count(DISTINCT userId) AS users,
  max(size) AS bytes,
  max(size) * (count(*) - 1) AS bytesShared
FROM normal.attachments
WHERE ($user IS NULL OR userId = $user)
GROUP BY storageId
HAVING count(*) > 1
ORDER BY bytesShared DESC, storageId
LIMIT $rows
