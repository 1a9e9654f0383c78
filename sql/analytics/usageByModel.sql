-- Question: Which models answered, with how many tokens and at what cost?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: from (date): the first day
-- Parameter: to (date): the last day
-- Column: model: as messages name it
-- Column: answers: completed messages
-- Column: conversations: in which it answered
-- Column: inputTokens: sum
-- Column: outputTokens: sum
-- Column: reasoningTokens: sum
-- Column: cost: sum, in dollars
-- Column: costShare: percent of the cost of all models
WITH chosen AS (
  SELECT * FROM answers WHERE ($user IS NULL OR userId = $user) AND ($from IS NULL OR day >= CAST($from AS DATE)) AND ($to IS NULL OR day <= CAST($to AS DATE))
)
SELECT
  model,
  count(*) AS answers,
  count(DISTINCT conversationId) AS conversations,
  sum(inputTokens) AS inputTokens,
  sum(outputTokens) AS outputTokens,
  sum(reasoningTokens) AS reasoningTokens,
  round(sum(cost), 6) AS cost,
  round(100 * sum(cost) / nullif(sum(sum(cost)) OVER (), 0), 1) AS costShare
FROM chosen
GROUP BY model
ORDER BY cost DESC, model
