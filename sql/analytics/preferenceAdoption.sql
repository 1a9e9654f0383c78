-- Question: Which preferences do users change, and what share of them left the default?
-- Parameter: rows (number, 100): how many rows
-- Column: category: of the preference
-- Column: key: its name
-- Column: standard: the default, as JSON
-- Column: chose: users with a value of their own, equal or not
-- Column: left: users whose value is another
-- Column: leftShare: percent of all users
WITH everyone AS (
  SELECT count(*) AS users FROM raw.users
),
chosen AS (
  SELECT p.key, count(*) AS chose, count(*) FILTER (WHERE CAST(p.value AS VARCHAR) <> d.value) AS "left"
  FROM normal.userPreferences AS p
  JOIN preferenceDefaults AS d USING (key)
  GROUP BY p.key
)
SELECT
  d.category,
  d.key,
  d.value AS standard,
  coalesce(chose, 0) AS chose,
  coalesce(chosen."left", 0) AS "left",
  round(100.0 * coalesce(chosen."left", 0) / nullif(users, 0), 1) AS leftShare
FROM preferenceDefaults AS d
CROSS JOIN everyone
LEFT JOIN chosen USING (key)
ORDER BY leftShare DESC, chose DESC, d.category, d.key
LIMIT $rows
