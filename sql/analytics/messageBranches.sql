-- Question: Where were several messages written in answer to one, as comparisons or new attempts?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: rows (number, 20): how many rows
-- Column: conversationId: the conversation
-- Column: points: messages with more than one answer
-- Column: answers: to these
-- Column: most: answers to one of them
-- Column: models: that gave them
WITH points AS (
  SELECT conversationId, parentMessageId, count(*) AS answers, list(DISTINCT model) AS models
  FROM raw.messages
  WHERE parentMessageId IS NOT NULL AND ($user IS NULL OR userId = $user)
  GROUP BY conversationId, parentMessageId
  HAVING count(*) > 1
)
SELECT
  conversationId,
  count(*) AS points,
  sum(answers) AS answers,
  max(answers) AS most,
  len(list_distinct(flatten(list(models)))) AS models
FROM points
GROUP BY conversationId
ORDER BY points DESC, answers DESC, conversationId
LIMIT $rows
