-- Rule: Each usage row holds the sums over the completed messages of its conversation and model, and every such pair has a row (a final validation of the guide).
-- Why: Billing and limits are read from these sums.
-- Remedy: This is a defect of the set rule conversationTokenUsage.sql; report it.
-- Covers: raw.messages WHERE status = 'complete' AND model <> ''
-- Counted anew on purpose, apart from model/conversationTokenUsage.sql: a check that shared its rule would share its mistake.
WITH messages AS (
  SELECT m.conversationId, m.model,
    CASE WHEN inputTokens BETWEEN 0 AND 1e9 AND inputTokens = floor(inputTokens) THEN inputTokens ELSE 0 END AS input,
    CASE WHEN outputTokens BETWEEN 0 AND 1e9 AND outputTokens = floor(outputTokens) THEN outputTokens ELSE 0 END AS output,
    CASE WHEN reasoningTokens BETWEEN 0 AND 1e9 AND reasoningTokens = floor(reasoningTokens) THEN reasoningTokens ELSE 0 END AS reasoning
  FROM raw.messages AS m
  SEMI JOIN raw.conversations AS c ON c._id = m.conversationId
  WHERE m.status = 'complete' AND m.model <> ''
),
recount AS (
  SELECT conversationId, model, sum(input) AS input, sum(output) AS output, sum(reasoning) AS reasoning, count(*) AS messages
  FROM messages GROUP BY conversationId, model
)
SELECT 'conversationTokenUsage' AS "table", coalesce(u._id, recount.conversationId) AS _id,
  CASE WHEN u._id IS NULL THEN 'no row for a model of this conversation' ELSE 'sums differ from the messages''' END AS detail
FROM normal.conversationTokenUsage AS u
FULL JOIN recount ON recount.conversationId = u.conversationId AND recount.model = u.model
WHERE u.inputTokens IS DISTINCT FROM recount.input
  OR u.outputTokens IS DISTINCT FROM recount.output
  OR u.totalTokens IS DISTINCT FROM recount.input + recount.output
  OR coalesce(u.reasoningTokens, 0) IS DISTINCT FROM recount.reasoning
  OR u.messageCount IS DISTINCT FROM recount.messages
