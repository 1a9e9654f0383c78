-- Question: How many tokens were used on each day, at what cost?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: model (text): only this model
-- Parameter: from (date): the first day
-- Parameter: to (date): the last day
-- Column: day: in UTC
-- Column: answers: completed messages of models
-- Column: users: different ones
-- Column: totalTokens: input and output
-- Column: cost: sum, in dollars
SELECT
  day,
  count(*) AS answers,
  count(DISTINCT userId) AS users,
  sum(inputTokens + outputTokens) AS totalTokens,
  round(sum(cost), 6) AS cost
FROM answers
WHERE day IS NOT NULL AND ($model IS NULL OR model = $model) AND ($user IS NULL OR userId = $user) AND ($from IS NULL OR day >= CAST($from AS DATE)) AND ($to IS NULL OR day <= CAST($to AS DATE))
GROUP BY day
ORDER BY day
