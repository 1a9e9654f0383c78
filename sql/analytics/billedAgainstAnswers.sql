-- Question: Do the usage records that users are billed by agree with the answers there are?
-- Parameter: user (text): only of this user (an _id)
-- Column: model: as both name it
-- Column: billedMessages: of the usage records
-- Column: answers: completed messages
-- Column: billedCost: of the usage records, in dollars
-- Column: cost: of the answers, in dollars
-- Column: difference: billed cost less the answers' cost
WITH billed AS (
  SELECT model, sum(messageCount) AS messages, sum(cost) AS cost
  FROM raw.usageRecords
  WHERE ($user IS NULL OR userId = $user)
  GROUP BY model
),
answered AS (
  SELECT model, count(*) AS messages, sum(cost) AS cost
  FROM answers
  WHERE ($user IS NULL OR userId = $user)
  GROUP BY model
)
SELECT
  model,
  coalesce(billed.messages, 0) AS billedMessages,
  coalesce(answered.messages, 0) AS answers,
  round(coalesce(billed.cost, 0), 6) AS billedCost,
  round(coalesce(answered.cost, 0), 6) AS cost,
  round(coalesce(billed.cost, 0) - coalesce(answered.cost, 0), 6) AS difference
FROM billed
FULL JOIN answered USING (model)
ORDER BY abs(coalesce(billed.cost, 0) - coalesce(answered.cost, 0)) DESC, model
