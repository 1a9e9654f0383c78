-- One row: a conversation and a model that answered in it, with the sums over its completed messages.
-- A count that is no integer in 0…10⁹ counts 0 (and is noted, see ledger/invalidTokenCount.sql).
WITH completed AS (
  SELECT conversationId, model, updatedAt,
    CASE WHEN inputTokens BETWEEN 0 AND 1e9 AND inputTokens = floor(inputTokens) THEN inputTokens ELSE 0 END AS inputTokens,
    CASE WHEN outputTokens BETWEEN 0 AND 1e9 AND outputTokens = floor(outputTokens) THEN outputTokens ELSE 0 END AS outputTokens,
    CASE WHEN reasoningTokens BETWEEN 0 AND 1e9 AND reasoningTokens = floor(reasoningTokens) THEN reasoningTokens ELSE 0 END AS reasoningTokens
  FROM raw.messages
  WHERE status = 'complete' AND model <> ''
),
summed AS (
  SELECT conversationId, model,
    sum(inputTokens) AS inputTokens,
    sum(outputTokens) AS outputTokens,
    sum(reasoningTokens) AS reasoningTokens,
    count(*) AS messageCount,
    -- DuckDB sorts NaN last, the mapping first.
    max(updatedAt) FILTER (WHERE NOT isnan(updatedAt)) AS lastUpdatedAt
  FROM completed
  GROUP BY conversationId, model
)
SELECT
  conversations._creationTime + (row_number() OVER (PARTITION BY conversationId ORDER BY summed.model) - 1) / 4096.0::DOUBLE AS _creationTime,
  conversationId,
  summed.model,
  inputTokens + outputTokens AS totalTokens,
  inputTokens,
  outputTokens,
  CASE WHEN reasoningTokens <> 0 THEN reasoningTokens END AS reasoningTokens,
  CAST(summed.messageCount AS DOUBLE) AS messageCount,
  coalesce(lastUpdatedAt, conversations.createdAt, conversations._creationTime) AS lastUpdatedAt,
  coalesce(conversations.createdAt, conversations._creationTime) AS createdAt,
  CAST(NULL AS VARCHAR) AS _element
FROM summed
JOIN raw.conversations AS conversations ON conversations._id = summed.conversationId
