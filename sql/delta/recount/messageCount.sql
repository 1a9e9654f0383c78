-- One row: a conversation that messages name, and how many do.
SELECT conversationId AS key, count(*) AS messageCount
FROM raw.messages
GROUP BY conversationId
