-- Question: Whose answers do users keep, as bookmarks, snippets or notes?
-- Column: model: as messages name it
-- Column: answers: completed messages
-- Column: kept: answers with at least one of them
-- Column: keptShare: percent of the answers
WITH keepsakes AS (
  SELECT messageId FROM raw.bookmarks
  UNION SELECT sourceMessageId FROM raw.snippets
  UNION SELECT sourceMessageId FROM raw.notes
)
SELECT
  model,
  count(*) AS answers,
  count(k.messageId) AS kept,
  round(100.0 * count(k.messageId) / count(*), 1) AS keptShare
FROM answers AS a
LEFT JOIN keepsakes AS k ON k.messageId = a.messageId
GROUP BY model
ORDER BY keptShare DESC, answers DESC, model
