-- Question: How do tokens and cost change from week to week?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: model (text): only this model
-- Parameter: from (date): the first day
-- Parameter: to (date): the last day
-- Column: week: its Monday
-- Column: answers: completed messages of models
-- Column: totalTokens: input and output
-- Column: cost: sum, in dollars
-- Column: costChange: percent, against the last week that had any
WITH weeks AS (
  SELECT CAST(date_trunc('week', day) AS DATE) AS week, count(*) AS answers, sum(inputTokens + outputTokens) AS totalTokens, sum(cost) AS cost
  FROM answers
  WHERE day IS NOT NULL AND ($model IS NULL OR model = $model) AND ($user IS NULL OR userId = $user) AND ($from IS NULL OR day >= CAST($from AS DATE)) AND ($to IS NULL OR day <= CAST($to AS DATE))
  GROUP BY week
)
SELECT
  week,
  answers,
  totalTokens,
  round(cost, 6) AS cost,
  round(100 * (cost / nullif(lag(cost) OVER (ORDER BY week), 0) - 1), 1) AS costChange
FROM weeks
ORDER BY week
