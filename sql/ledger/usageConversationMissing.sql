-- One row: a completed message whose conversation is not in the snapshot, so that its tokens are in no usage row.
SELECT 'phase-6' AS phase, 'conversation_missing' AS code, 'noted' AS kind, 'messages' AS "table", messages._id AS documentId,
  '/conversationId' AS path, 'its tokens are in no usage row' AS detail
FROM raw.messages AS messages
LEFT JOIN raw.conversations AS conversations ON conversations._id = messages.conversationId
WHERE messages.status = 'complete' AND messages.model <> '' AND conversations._id IS NULL
