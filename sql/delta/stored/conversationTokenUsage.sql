-- One row: a conversation and a model of which a usage row stands, or could: the conversation is there. With the sums it says it has.
-- Of two rows with one key the oldest counts: that is the one a fold adds to.
WITH stored AS (
  SELECT conversationId || ' ' || model AS key,
    totalTokens, inputTokens, outputTokens, reasoningTokens, messageCount, lastUpdatedAt
  FROM raw.conversationTokenUsage
  WHERE _fault IS NULL
  QUALIFY row_number() OVER (PARTITION BY conversationId, model ORDER BY _creationTime, _id) = 1
),
keys AS (
  SELECT key FROM stored
  UNION SELECT conversationId || ' ' || model FROM normal.conversationTokenUsage
  UNION SELECT key FROM raw.unnestTouches
    WHERE kind = 'conversationTokenUsage' AND split_part(key, ' ', 1) IN (SELECT _id FROM raw.conversations)
)
SELECT key, totalTokens, inputTokens, outputTokens, reasoningTokens, messageCount, lastUpdatedAt
FROM keys
LEFT JOIN stored USING (key)
