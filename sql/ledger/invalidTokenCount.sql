-- One row: a token count of a completed message that is no integer in 0…10⁹; the message keeps it, the sums count 0.
WITH counts AS (
  SELECT _id, conversationId, unnest([
      {'field': 'inputTokens', 'count': inputTokens, 'other': json_type(_extra, '/inputTokens')},
      {'field': 'outputTokens', 'count': outputTokens, 'other': json_type(_extra, '/outputTokens')},
      {'field': 'reasoningTokens', 'count': reasoningTokens, 'other': json_type(_extra, '/reasoningTokens')}
    ]) AS token
  FROM raw.messages
  WHERE status = 'complete' AND model <> ''
)
SELECT 'phase-6' AS phase, 'invalid_token_count' AS code, 'noted' AS kind, 'messages' AS "table", _id AS documentId,
  '/' || token.field AS path, 'counted as 0' AS detail
FROM counts
WHERE token.other IS NOT NULL
  OR (token.count IS NOT NULL AND NOT (token.count BETWEEN 0 AND 1e9 AND token.count = floor(token.count)))
