-- Question: Which conversations cost the most?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: from (date): the first day
-- Parameter: to (date): the last day
-- Parameter: rows (number, 20): how many rows
-- Column: conversationId: the conversation
-- Column: title: its title
-- Column: answers: completed messages of models
-- Column: models: different ones
-- Column: totalTokens: input and output
-- Column: cost: sum, in dollars
WITH summed AS (
  SELECT conversationId, count(*) AS answers, count(DISTINCT model) AS models, sum(inputTokens + outputTokens) AS totalTokens, sum(cost) AS cost
  FROM answers
  WHERE ($user IS NULL OR userId = $user) AND ($from IS NULL OR day >= CAST($from AS DATE)) AND ($to IS NULL OR day <= CAST($to AS DATE))
  GROUP BY conversationId
)
SELECT conversationId, c.title, answers, models, totalTokens, round(cost, 6) AS cost
FROM summed
LEFT JOIN raw.conversations AS c ON c._id = conversationId
ORDER BY summed.cost DESC, conversationId
LIMIT $rows
