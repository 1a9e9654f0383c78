-- One row: a conversation whose cached messagesTokens is not what its messages sum up to. Messages win.
WITH summed AS (
  SELECT conversationId, sum(totalTokens) AS total FROM normal.conversationTokenUsage GROUP BY conversationId
),
cached AS (
  SELECT _id,
    CASE
      WHEN json_type(tokenUsage, '/messagesTokens') IN ('DOUBLE', 'BIGINT', 'UBIGINT') THEN CAST(json_extract(tokenUsage, '/messagesTokens') AS DOUBLE)
      -- As the export spells what JSON has no token for.
      ELSE CASE json_extract_string(tokenUsage, '/messagesTokens/$float')
        WHEN 'AAAAAAAA+H8=' THEN 'nan'::DOUBLE WHEN 'AAAAAAAA8H8=' THEN 'infinity'::DOUBLE WHEN 'AAAAAAAA8P8=' THEN '-infinity'::DOUBLE END
    END AS messagesTokens
  FROM raw.conversations
  WHERE json_type(tokenUsage) = 'OBJECT'
)
SELECT 'phase-6' AS phase, 'token_usage_drift' AS code, 'noted' AS kind, 'conversations' AS "table", cached._id AS documentId,
  '/tokenUsage/messagesTokens' AS path,
  'cached ' || coalesce(regexp_replace(CAST(messagesTokens AS VARCHAR), '\.0$', ''), 'no number') || ', messages sum up to ' || CAST(CAST(coalesce(total, 0) AS BIGINT) AS VARCHAR) AS detail
FROM cached
LEFT JOIN summed ON summed.conversationId = cached._id
WHERE messagesTokens IS DISTINCT FROM coalesce(total, 0)
