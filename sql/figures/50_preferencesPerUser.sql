-- Figure: preferences per user
-- Unit: rows
SELECT count(*) / nullif(count(DISTINCT userId), 0) AS value, CAST(NULL AS BOOLEAN) AS met FROM normal.userPreferences
