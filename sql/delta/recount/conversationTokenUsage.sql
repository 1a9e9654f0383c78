-- One row: a conversation and a model that answered in it, with the sums over its messages: the set rule has them.
SELECT conversationId || ' ' || model AS key,
  totalTokens, inputTokens, outputTokens, reasoningTokens, messageCount, lastUpdatedAt
FROM normal.conversationTokenUsage
