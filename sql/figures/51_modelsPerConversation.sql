-- Figure: models per conversation
-- Unit: models
SELECT count(*) / nullif(count(DISTINCT conversationId), 0) AS value, CAST(NULL AS BOOLEAN) AS met FROM normal.conversationTokenUsage
