-- Figure: sources per metadata row
-- Unit: sources
SELECT (SELECT count(*) FROM normal.sources) / nullif((SELECT count(*) FROM normal.sourceMetadata), 0) AS value, CAST(NULL AS BOOLEAN) AS met
