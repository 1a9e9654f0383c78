-- Question: Who uses how many tokens, at what cost?
-- Parameter: from (date): the first day
-- Parameter: to (date): the last day
-- Parameter: rows (number, 20): how many rows
-- Column: userId: the owner of the conversation or message
-- Column: name: the user's name
-- Column: answers: completed messages of models
-- Column: models: different ones
-- Column: totalTokens: input and output
-- Column: cost: sum, in dollars
-- Column: costShare: percent of the cost of all users
WITH chosen AS (
  SELECT * FROM answers WHERE ($from IS NULL OR day >= CAST($from AS DATE)) AND ($to IS NULL OR day <= CAST($to AS DATE))
),
summed AS (
  SELECT userId, count(*) AS answers, count(DISTINCT model) AS models, sum(inputTokens + outputTokens) AS totalTokens, sum(cost) AS cost
  FROM chosen
  GROUP BY userId
)
SELECT
  userId,
  u.name,
  answers,
  models,
  totalTokens,
  round(cost, 6) AS cost,
  round(100 * cost / nullif(sum(cost) OVER (), 0), 1) AS costShare
FROM summed
LEFT JOIN raw.users AS u ON u._id = userId
ORDER BY summed.cost DESC, userId
LIMIT $rows
