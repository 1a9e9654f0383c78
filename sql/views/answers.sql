-- One row: a completed message of a model, with its owner, its day (UTC), and its tokens and cost, where what is no count is 0
-- The tokens are those of sql/model/conversationTokenUsage.sql; a test holds the two against each other.
SELECT
  m._id AS messageId,
  m.conversationId,
  coalesce(m.userId, c.userId) AS userId,
  m.model,
  CAST(TRY(epoch_ms(CAST(m.createdAt AS BIGINT))) AS DATE) AS day,
  CASE WHEN m.inputTokens BETWEEN 0 AND 1e9 AND m.inputTokens = floor(m.inputTokens) THEN m.inputTokens ELSE 0 END AS inputTokens,
  CASE WHEN m.outputTokens BETWEEN 0 AND 1e9 AND m.outputTokens = floor(m.outputTokens) THEN m.outputTokens ELSE 0 END AS outputTokens,
  CASE WHEN m.reasoningTokens BETWEEN 0 AND 1e9 AND m.reasoningTokens = floor(m.reasoningTokens) THEN m.reasoningTokens ELSE 0 END AS reasoningTokens,
  CASE WHEN m.cost >= 0 AND isfinite(m.cost) THEN m.cost ELSE 0 END AS cost
FROM raw.messages AS m
LEFT JOIN raw.conversations AS c ON c._id = m.conversationId
WHERE m.status = 'complete' AND m.model <> ''
