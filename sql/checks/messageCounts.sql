-- Rule: After the patches, conversations.messageCount is the number of the conversation's messages (a final validation of the guide).
-- Why: The count is shown to users and decides when memories are extracted.
-- Remedy: This is a defect of the set rule messageCountDrift.sql; report it.
-- Covers: raw.conversations
WITH recount AS (
  SELECT conversationId, count(*) AS messages FROM raw.messages GROUP BY conversationId
),
patched AS (
  SELECT documentId, CAST(json_extract(patch, '/set/messageCount') AS DOUBLE) AS messageCount
  FROM ledger.entries WHERE code = 'message_count_drift'
)
SELECT 'conversations' AS "table", c._id,
  'messageCount would be ' || coalesce(CAST(coalesce(patched.messageCount, c.messageCount) AS VARCHAR), 'missing') || ', recounted ' || coalesce(messages, 0) AS detail
FROM raw.conversations AS c
LEFT JOIN patched ON patched.documentId = c._id
LEFT JOIN recount ON recount.conversationId = c._id
WHERE coalesce(patched.messageCount, c.messageCount) IS DISTINCT FROM coalesce(messages, 0)
