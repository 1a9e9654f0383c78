-- Question: Which models win when users compare answers?
-- Column: model: as messages name it
-- Column: compared: its answers that users voted on
-- Column: won: the better one
-- Column: lost: the other one was better
-- Column: tied: as good as the other
-- Column: bothBad: neither was good
-- Column: wonShare: percent of the compared
WITH voted AS (
  SELECT model, json_extract_string(votes, '$.rating') AS rating, json_extract_string(votes, '$.isWinner') = 'true' AS isWinner
  FROM raw.messages
  WHERE votes IS NOT NULL AND model <> ''
)
SELECT
  model,
  count(*) AS compared,
  count(*) FILTER (WHERE isWinner) AS won,
  count(*) FILTER (WHERE NOT isWinner AND rating IN ('left_better', 'right_better')) AS lost,
  count(*) FILTER (WHERE NOT isWinner AND rating = 'tie') AS tied,
  count(*) FILTER (WHERE NOT isWinner AND rating = 'both_bad') AS bothBad,
  round(100.0 * count(*) FILTER (WHERE isWinner) / count(*), 1) AS wonShare
FROM voted
GROUP BY model
ORDER BY wonShare DESC, compared DESC, model
