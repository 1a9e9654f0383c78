-- Figure: project links inconsistent after
-- Unit: links
-- Goal: 0
WITH inconsistent AS (
  SELECT count(*) AS value
  FROM normal.projectConversations AS l
  LEFT JOIN raw.conversations AS c ON c._id = l.conversationId
  WHERE c.projectId IS DISTINCT FROM l.projectId
)
SELECT value, value = 0 AS met FROM inconsistent
