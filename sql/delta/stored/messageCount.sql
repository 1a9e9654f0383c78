-- One row: a conversation, and how many messages it says it has.
SELECT _id AS key, messageCount
FROM raw.conversations
