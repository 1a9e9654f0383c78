-- Question: Which conversations are branched off, and how far?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: rows (number, 20): how many rows
-- Column: conversationId: where it began
-- Column: title: of that one
-- Column: branches: conversations that come of it, at any depth
-- Column: depth: of the furthest branch
-- Column: messages: in all of them
WITH RECURSIVE tree AS (
  SELECT c._id AS rootId, c._id AS conversationId, 0 AS depth
  FROM raw.conversations AS c
  WHERE ($user IS NULL OR c.userId = $user)
    AND NOT EXISTS (SELECT 1 FROM raw.conversations AS parent WHERE parent._id = c.parentConversationId)
  UNION ALL
  SELECT tree.rootId, c._id, tree.depth + 1
  FROM tree
  JOIN raw.conversations AS c ON c.parentConversationId = tree.conversationId
),
counted AS (
  SELECT conversationId, count(*) AS messages FROM raw.messages GROUP BY conversationId
),
grown AS (
  SELECT rootId, count(*) - 1 AS branches, max(depth) AS depth, coalesce(sum(messages), 0) AS messages
  FROM tree
  LEFT JOIN counted USING (conversationId)
  GROUP BY rootId
)
SELECT rootId AS conversationId, c.title, branches, depth, messages
FROM grown
JOIN raw.conversations AS c ON c._id = rootId
WHERE branches > 0
ORDER BY branches DESC, depth DESC, rootId
LIMIT $rows
