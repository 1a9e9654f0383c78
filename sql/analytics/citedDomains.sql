-- Question: Which sites are cited most?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: rows (number, 20): how many rows
-- Column: domain: of the page ("" where the url is none)
-- Column: citations: sources of messages
-- Column: pages: different urls
-- Column: messages: different ones
-- Column: users: different ones
-- Column: share: percent of all citations
WITH cited AS (
  SELECT p.domain, s.sourceMetadataId, s.messageId, s.userId
  FROM normal.sources AS s
  JOIN normal.sourceMetadata AS p ON p._id = s.sourceMetadataId
  WHERE ($user IS NULL OR s.userId = $user)
)
SELECT
  domain,
  count(*) AS citations,
  count(DISTINCT sourceMetadataId) AS pages,
  count(DISTINCT messageId) AS messages,
  count(DISTINCT userId) AS users,
  round(100.0 * count(*) / sum(count(*)) OVER (), 1) AS share
FROM cited
GROUP BY domain
ORDER BY citations DESC, domain
LIMIT $rows
