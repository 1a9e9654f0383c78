-- Question: From which model to which other one do conversations switch?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: rows (number, 20): how many rows
-- Column: fromModel: of the answer before
-- Column: toModel: of the next answer in the conversation
-- Column: switches: times
-- Column: conversations: different ones
WITH following AS (
  SELECT a.conversationId, a.model AS toModel, lag(a.model) OVER (PARTITION BY a.conversationId ORDER BY m.createdAt, m._creationTime, m._id) AS fromModel
  FROM answers AS a
  JOIN raw.messages AS m ON m._id = a.messageId
  WHERE ($user IS NULL OR a.userId = $user)
)
SELECT fromModel, toModel, count(*) AS switches, count(DISTINCT conversationId) AS conversations
FROM following
WHERE fromModel <> toModel
GROUP BY fromModel, toModel
ORDER BY switches DESC, fromModel, toModel
LIMIT $rows
