-- Question: How often does a model fail, or leave a message unfinished?
-- Column: model: as messages name it
-- Column: messages: of the model, in whatever state
-- Column: complete: in state complete
-- Column: failed: in state error
-- Column: unfinished: in state pending or generating
-- Column: failedShare: percent of the messages
SELECT
  model,
  count(*) AS messages,
  count(*) FILTER (WHERE status = 'complete') AS complete,
  count(*) FILTER (WHERE status = 'error') AS failed,
  count(*) FILTER (WHERE status IN ('pending', 'generating')) AS unfinished,
  round(100.0 * count(*) FILTER (WHERE status = 'error') / count(*), 1) AS failedShare
FROM raw.messages
WHERE model <> ''
GROUP BY model
ORDER BY failedShare DESC, model
