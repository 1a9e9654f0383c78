-- Question: Which tools are called, and how often do they fail?
-- Parameter: user (text): only of this user (an _id)
-- Column: tool: its name
-- Column: calls: of messages
-- Column: messages: different ones
-- Column: users: different ones
-- Column: noResult: settled calls without a result
-- Column: textResult: results that are no JSON: most are error messages
-- Column: underWay: calls of messages that are not finished
-- Column: failedShare: percent of the settled calls without a result or with a text
SELECT
  toolName AS tool,
  count(*) AS calls,
  count(DISTINCT messageId) AS messages,
  count(DISTINCT userId) AS users,
  count(*) FILTER (WHERE NOT isPartial AND result IS NULL) AS noResult,
  count(*) FILTER (WHERE NOT isPartial AND resultEncoding = 'text') AS textResult,
  count(*) FILTER (WHERE isPartial) AS underWay,
  round(100.0 * count(*) FILTER (WHERE NOT isPartial AND (result IS NULL OR resultEncoding = 'text')) / nullif(count(*) FILTER (WHERE NOT isPartial), 0), 1) AS failedShare
FROM normal.toolCalls
WHERE ($user IS NULL OR userId = $user)
GROUP BY toolName
ORDER BY calls DESC, tool
