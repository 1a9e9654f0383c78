-- One row: a conversation whose messageCount is missing or not the number of its messages; the patch sets it.
WITH counted AS (
  SELECT conversationId, count(*) AS messages FROM raw.messages GROUP BY conversationId
),
compared AS (
  SELECT _id, messageCount, CAST(coalesce(messages, 0) AS DOUBLE) AS actual,
    CASE
      -- What is no Float64 stands in `_extra`.
      WHEN messageCount IS NULL THEN json_extract(_extra, '/messageCount')
      -- JSON has no token for these; the export spells them so.
      WHEN isnan(messageCount) THEN '{"$float":"AAAAAAAA+H8="}'::JSON
      WHEN isinf(messageCount) THEN CASE WHEN messageCount > 0 THEN '{"$float":"AAAAAAAA8H8="}' ELSE '{"$float":"AAAAAAAA8P8="}' END::JSON
      ELSE to_json(messageCount)
    END AS before
  FROM raw.conversations
  LEFT JOIN counted ON counted.conversationId = _id
)
SELECT 'phase-7' AS phase, 'message_count_drift' AS code, 'repaired' AS kind, 'conversations' AS "table", _id AS documentId,
  '/messageCount' AS path,
  before AS "value",
  coalesce(CAST(messageCount AS VARCHAR), CASE WHEN before IS NULL THEN 'missing' ELSE 'no Float64' END) || ' becomes ' || CAST(actual AS VARCHAR) AS detail,
  json_object(
    'expect', json_object('messageCount', coalesce(before, '{"$undefined":null}'::JSON)),
    'set', json_object('messageCount', actual),
    'unset', []::VARCHAR[]
  ) AS patch
FROM compared
WHERE messageCount IS DISTINCT FROM actual
