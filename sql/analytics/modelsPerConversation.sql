-- Question: How many models answer in one conversation?
-- Parameter: user (text): only of this user (an _id)
-- Column: models: different ones in the conversation
-- Column: conversations: that have so many
-- Column: share: percent of the conversations with an answer
-- Column: meanTokens: input and output tokens of such a conversation
WITH conversations AS (
  SELECT u.conversationId, count(*) AS models, sum(u.totalTokens) AS tokens
  FROM normal.conversationTokenUsage AS u
  JOIN raw.conversations AS c ON c._id = u.conversationId
  WHERE $user IS NULL OR c.userId = $user
  GROUP BY u.conversationId
)
SELECT
  models,
  count(*) AS conversations,
  round(100.0 * count(*) / sum(count(*)) OVER (), 1) AS share,
  round(avg(tokens), 1) AS meanTokens
FROM conversations
GROUP BY models
ORDER BY models
