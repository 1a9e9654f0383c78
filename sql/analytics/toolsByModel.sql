-- Question: Which models call tools?
-- Column: model: as messages name it
-- Column: answers: completed messages
-- Column: withTools: answers with a call
-- Column: calls: all of them
-- Column: perAnswer: calls of an answer that calls
-- Column: commonestTool: of its calls
SELECT
  a.model,
  count(DISTINCT a.messageId) AS answers,
  count(DISTINCT t.messageId) AS withTools,
  count(t._id) AS calls,
  round(count(t._id) / nullif(count(DISTINCT t.messageId), 0), 1) AS perAnswer,
  mode(t.toolName ORDER BY t.toolName) AS commonestTool
FROM answers AS a
LEFT JOIN normal.toolCalls AS t ON t.messageId = a.messageId
GROUP BY a.model
ORDER BY calls DESC, a.model
