-- Question: How large are projects?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: rows (number, 20): how many rows
-- Column: projectId: the project
-- Column: name: its name
-- Column: conversations: in it
-- Column: messages: in these
-- Column: totalTokens: of their answers, input and output
-- Column: lastMessage: day (UTC) of the latest
WITH contents AS (
  SELECT
    l.projectId,
    count(DISTINCT l.conversationId) AS conversations,
    count(m._id) AS messages,
    max(CAST(TRY(epoch_ms(CAST(m.createdAt AS BIGINT))) AS DATE)) AS lastMessage
  FROM normal.projectConversations AS l
  LEFT JOIN raw.messages AS m ON m.conversationId = l.conversationId
  GROUP BY l.projectId
),
tokens AS (
  SELECT l.projectId, sum(u.totalTokens) AS totalTokens
  FROM normal.projectConversations AS l
  JOIN normal.conversationTokenUsage AS u USING (conversationId)
  GROUP BY l.projectId
)
SELECT
  p._id AS projectId,
  p.name,
  coalesce(conversations, 0) AS conversations,
  coalesce(messages, 0) AS messages,
  coalesce(totalTokens, 0) AS totalTokens,
  lastMessage
FROM raw.projects AS p
LEFT JOIN contents ON contents.projectId = p._id
LEFT JOIN tokens ON tokens.projectId = p._id
WHERE ($user IS NULL OR p.userId = $user)
ORDER BY conversations DESC, messages DESC, projectId
LIMIT $rows
