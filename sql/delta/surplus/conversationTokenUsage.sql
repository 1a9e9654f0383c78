-- One row: a conversation and a model that have more than one usage row. The next fold of the key leaves the oldest; one is under way
-- where a touch is open.
SELECT conversationId || ' ' || model AS key
FROM raw.conversationTokenUsage
WHERE _fault IS NULL
GROUP BY conversationId, model
HAVING count(*) > 1 AND key NOT IN (SELECT key FROM raw.unnestTouches WHERE kind = 'conversationTokenUsage')
