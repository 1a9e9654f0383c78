-- Question: Which pages are cited most?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: domain (text): only of this site
-- Parameter: rows (number, 20): how many rows
-- Column: url: normalized
-- Column: title: of the page, else the one a message gave it
-- Column: citations: sources of messages
-- Column: conversations: different ones
-- Column: users: different ones
-- Column: lastCited: day (UTC) of the latest message
SELECT
  p.url,
  coalesce(any_value(p.title), min(s.title)) AS title,
  count(*) AS citations,
  count(DISTINCT s.conversationId) AS conversations,
  count(DISTINCT s.userId) AS users,
  max(CAST(TRY(epoch_ms(CAST(s.createdAt AS BIGINT))) AS DATE)) AS lastCited
FROM normal.sources AS s
JOIN normal.sourceMetadata AS p ON p._id = s.sourceMetadataId
WHERE ($domain IS NULL OR p.domain = $domain) AND ($user IS NULL OR s.userId = $user)
GROUP BY p._id, p.url
ORDER BY citations DESC, p.url
LIMIT $rows
