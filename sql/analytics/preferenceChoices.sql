-- Question: What do users set a preference to?
-- Parameter: key (text): only this preference (like theme, or reasoning.autoExpand)
-- Parameter: rows (number, 20): how many rows
-- Column: key: of the preference
-- Column: value: as JSON
-- Column: users: who have it
-- Column: share: percent of those who have a value
-- Column: isDefault: whether it is what others have anyway
WITH chosen AS (
  SELECT p.key, CAST(p.value AS VARCHAR) AS value, count(*) AS users
  FROM normal.userPreferences AS p
  WHERE $key IS NULL OR p.key = $key
  GROUP BY p.key, CAST(p.value AS VARCHAR)
)
SELECT
  key,
  chosen.value,
  users,
  round(100.0 * users / sum(users) OVER (PARTITION BY key), 1) AS share,
  coalesce(d.value = chosen.value, false) AS isDefault
FROM chosen
LEFT JOIN preferenceDefaults AS d USING (key)
ORDER BY users DESC, key, chosen.value
LIMIT $rows
