-- One row: a tag on an entity, of whatever kind, with the day (UTC) on which the entity was made
WITH links AS (
  SELECT 'bookmark' AS kind, bookmarkId AS entityId, tagId, userId, label, createdAt FROM normal.bookmarkTags
  UNION ALL SELECT 'snippet', snippetId, tagId, userId, label, createdAt FROM normal.snippetTags
  UNION ALL SELECT 'note', noteId, tagId, userId, label, createdAt FROM normal.noteTags
  UNION ALL SELECT 'feedback', feedbackId, tagId, userId, label, createdAt FROM normal.feedbackTagJunctions
)
SELECT *, CAST(TRY(epoch_ms(CAST(createdAt AS BIGINT))) AS DATE) AS day
FROM links
