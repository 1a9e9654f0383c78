-- Question: How many users write in a week, and how many of them write for the first time?
-- Parameter: from (date): the first day
-- Parameter: to (date): the last day
-- Column: week: its Monday
-- Column: users: with a message of their own
-- Column: newUsers: who wrote in no week before
-- Column: conversations: they wrote in
-- Column: messages: of theirs
WITH written AS (
  SELECT
    coalesce(m.userId, c.userId) AS userId,
    m.conversationId,
    CAST(date_trunc('week', TRY(epoch_ms(CAST(m.createdAt AS BIGINT)))) AS DATE) AS week,
    CAST(TRY(epoch_ms(CAST(m.createdAt AS BIGINT))) AS DATE) AS day
  FROM raw.messages AS m
  LEFT JOIN raw.conversations AS c ON c._id = m.conversationId
  WHERE m.role = 'user'
),
firsts AS (
  SELECT userId, min(week) AS week FROM written GROUP BY userId
)
SELECT
  week,
  count(DISTINCT written.userId) AS users,
  count(DISTINCT firsts.userId) AS newUsers,
  count(DISTINCT conversationId) AS conversations,
  count(*) AS messages
FROM written
LEFT JOIN firsts USING (userId, week)
WHERE week IS NOT NULL AND ($from IS NULL OR day >= CAST($from AS DATE)) AND ($to IS NULL OR day <= CAST($to AS DATE))
GROUP BY week
ORDER BY week
