-- Question: How long do tool calls take?
-- A call's end is not recorded. What is measured is the time from the call to the next call of its message, or to the end of the generation:
-- what the user waited for, the model's own time after the result included. Calls without such a next time, or before it, are left out.
-- Parameter: user (text): only of this user (an _id)
-- Column: tool: its name
-- Column: calls: of messages
-- Column: timed: those the times allow
-- Column: medianSeconds: half take no longer
-- Column: p95Seconds: 95 of 100 take no longer
-- Column: longestSeconds: of all
WITH spans AS (
  SELECT
    t.toolName,
    (coalesce(lead(t.timestamp) OVER (PARTITION BY t.messageId ORDER BY t.timestamp, t.position), m.generationCompletedAt) - t.timestamp) / 1000 AS seconds
  FROM normal.toolCalls AS t
  JOIN raw.messages AS m ON m._id = t.messageId
  WHERE NOT t.isPartial AND ($user IS NULL OR t.userId = $user)
),
judged AS (
  SELECT toolName, CASE WHEN seconds >= 0 AND isfinite(seconds) THEN seconds END AS seconds FROM spans
)
SELECT
  toolName AS tool,
  count(*) AS calls,
  count(seconds) AS timed,
  round(median(seconds), 3) AS medianSeconds,
  round(quantile_cont(seconds, 0.95), 3) AS p95Seconds,
  round(max(seconds), 3) AS longestSeconds
FROM judged
GROUP BY toolName
ORDER BY medianSeconds DESC NULLS LAST, tool
