-- Rule: A column copied from a parent agrees with it: conversationId and userId of a message's rows, userId of links and tags, urlHash of sources.
-- Why: Indexes by user and by conversation answer from the copy.
-- Remedy: This is a defect of a transform; report the row.
-- Covers: (SELECT _id FROM normal.attachments UNION ALL SELECT _id FROM normal.toolCalls UNION ALL SELECT _id FROM normal.sources UNION ALL SELECT _id FROM normal.bookmarkTags UNION ALL SELECT _id FROM normal.snippetTags UNION ALL SELECT _id FROM normal.noteTags UNION ALL SELECT _id FROM normal.feedbackTagJunctions)
WITH messageRows AS (
  SELECT 'attachments' AS "table", _id, messageId, conversationId, userId FROM normal.attachments
  UNION ALL SELECT 'toolCalls', _id, messageId, conversationId, userId FROM normal.toolCalls
  UNION ALL SELECT 'sources', _id, messageId, conversationId, userId FROM normal.sources
),
owners AS (
  SELECT m._id AS messageId, m.conversationId, coalesce(author._id, owner._id) AS userId
  FROM raw.messages AS m
  LEFT JOIN raw.conversations AS c ON c._id = m.conversationId
  LEFT JOIN raw.users AS author ON author._id = m.userId
  LEFT JOIN raw.users AS owner ON owner._id = c.userId
),
links AS (
  SELECT 'bookmarkTags' AS "table", l._id, l.userId, parent.userId AS ofParent FROM normal.bookmarkTags AS l JOIN raw.bookmarks AS parent ON parent._id = l.bookmarkId
  UNION ALL SELECT 'snippetTags', l._id, l.userId, parent.userId FROM normal.snippetTags AS l JOIN raw.snippets AS parent ON parent._id = l.snippetId
  UNION ALL SELECT 'noteTags', l._id, l.userId, parent.userId FROM normal.noteTags AS l JOIN raw.notes AS parent ON parent._id = l.noteId
  UNION ALL SELECT 'feedbackTagJunctions', l._id, l.userId, parent.userId FROM normal.feedbackTagJunctions AS l JOIN raw.feedback AS parent ON parent._id = l.feedbackId
)
-- A reference that points at nothing is the check foreignKey's finding, not this one's.
SELECT r."table", r._id, 'conversationId is not the message''s' AS detail
FROM messageRows AS r JOIN owners USING (messageId)
SEMI JOIN raw.conversations AS c ON c._id = r.conversationId
WHERE r.conversationId IS DISTINCT FROM owners.conversationId
UNION ALL
SELECT r."table", r._id, 'userId is not the message''s owner'
FROM messageRows AS r JOIN owners USING (messageId)
SEMI JOIN raw.users AS u ON u._id = r.userId
WHERE r.userId IS DISTINCT FROM owners.userId
UNION ALL
SELECT l."table", l._id, 'userId is not that of the tagged document'
FROM links AS l
SEMI JOIN raw.users AS u ON u._id = l.userId
WHERE l.userId IS DISTINCT FROM l.ofParent
UNION ALL
SELECT 'sources', s._id, 'urlHash is not that of its metadata row'
FROM normal.sources AS s JOIN normal.sourceMetadata AS m ON m._id = s.sourceMetadataId
WHERE s.urlHash IS DISTINCT FROM m.urlHash
