-- Question: Do users work in projects?
-- Column: place: in a project, or in none
-- Column: conversations: there
-- Column: users: who have one there
-- Column: messages: in them
-- Column: perConversation: messages of a conversation
WITH counted AS (
  SELECT conversationId, count(*) AS messages FROM raw.messages GROUP BY conversationId
)
SELECT
  CASE WHEN l._id IS NULL THEN 'no project' ELSE 'project' END AS place,
  count(*) AS conversations,
  count(DISTINCT c.userId) AS users,
  coalesce(sum(messages), 0) AS messages,
  round(coalesce(sum(messages), 0) / count(*), 1) AS perConversation
FROM raw.conversations AS c
LEFT JOIN normal.projectConversations AS l ON l.conversationId = c._id
LEFT JOIN counted ON counted.conversationId = c._id
GROUP BY place
ORDER BY place DESC
