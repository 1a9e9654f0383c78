-- Figure: links per tag in use
-- Unit: links
SELECT sum(usageCount) / nullif(count(*), 0) AS value, CAST(NULL AS BOOLEAN) AS met FROM normal.tags WHERE usageCount > 0
