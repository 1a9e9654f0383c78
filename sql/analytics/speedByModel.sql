-- Question: How fast do models answer?
-- Parameter: user (text): only of this user (an _id)
-- Column: model: as messages name it
-- Column: timed: completed messages with both times
-- Column: medianSeconds: from the start of the generation to its end
-- Column: p95Seconds: 95 of 100 take no longer
-- Column: medianFirstToken: seconds to the first token, where it is recorded
-- Column: tokensPerSecond: output tokens of all of them by their time
WITH timed AS (
  SELECT
    a.model,
    a.outputTokens,
    (m.generationCompletedAt - m.generationStartedAt) / 1000 AS seconds,
    CASE WHEN m.firstTokenAt >= m.generationStartedAt THEN (m.firstTokenAt - m.generationStartedAt) / 1000 END AS firstToken
  FROM answers AS a
  JOIN raw.messages AS m ON m._id = a.messageId
  WHERE m.generationCompletedAt >= m.generationStartedAt AND isfinite(m.generationCompletedAt - m.generationStartedAt) AND ($user IS NULL OR a.userId = $user)
)
SELECT
  model,
  count(*) AS timed,
  round(median(seconds), 3) AS medianSeconds,
  round(quantile_cont(seconds, 0.95), 3) AS p95Seconds,
  round(median(firstToken), 3) AS medianFirstToken,
  round(sum(outputTokens) / nullif(sum(seconds), 0), 1) AS tokensPerSecond
FROM timed
GROUP BY model
ORDER BY medianSeconds, model
