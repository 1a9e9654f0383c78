-- One row: a conversation whose messageCount is missing or not the number of its messages; the patch sets it.
WITH counted AS (
  SELECT conversationId, count(*) AS messages FROM raw.messages GROUP BY conversationId
),
compared AS (
  SELECT _id, messageCount, CAST(coalesce(messages, 0) AS DOUBLE) AS actual
  FROM legacy.conversations
  LEFT JOIN counted ON counted.conversationId = _id
)
SELECT 'phase-7' AS phase, 'message_count_drift' AS code, 'repaired' AS kind, 'conversations' AS "table", _id AS documentId,
  '/messageCount' AS path,
  CASE WHEN isfinite(messageCount) THEN to_json(messageCount) END AS "value",
  coalesce(CAST(messageCount AS VARCHAR), 'missing') || ' becomes ' || CAST(actual AS VARCHAR) AS detail,
  json_object(
    'expect', json_object('messageCount', CASE WHEN messageCount IS NULL THEN '{"$undefined":null}'::JSON ELSE to_json(messageCount) END),
    'set', json_object('messageCount', actual),
    'unset', []::VARCHAR[]
  ) AS patch
FROM compared
WHERE messageCount IS DISTINCT FROM actual
