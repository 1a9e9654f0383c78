-- Rule: The rows of a normalized table are those of its elements and the derived ones, no more and no fewer.
-- Why: A row that no element gave, or an element counted as a row that is not there, is a value invented or lost.
-- Remedy: This is a defect of a transform or set rule. Keep the run directory and report it; do not import.
-- Covers: meta.accounting WHERE source + "rows" + derived > 0
WITH expected AS (
  SELECT "table", sum("rows" + derived) AS "rows" FROM meta.accounting WHERE "table" IS NOT NULL GROUP BY "table"
),
actual AS (
  SELECT 'attachments' AS "table", count(*) AS "rows" FROM normal.attachments
  UNION ALL SELECT 'toolCalls', count(*) FROM normal.toolCalls
  UNION ALL SELECT 'sources', count(*) FROM normal.sources
  UNION ALL SELECT 'sourceMetadata', count(*) FROM normal.sourceMetadata
  UNION ALL SELECT 'projectConversations', count(*) FROM normal.projectConversations
  UNION ALL SELECT 'userPreferences', count(*) FROM normal.userPreferences
  UNION ALL SELECT 'tags', count(*) FROM normal.tags
  UNION ALL SELECT 'bookmarkTags', count(*) FROM normal.bookmarkTags
  UNION ALL SELECT 'snippetTags', count(*) FROM normal.snippetTags
  UNION ALL SELECT 'noteTags', count(*) FROM normal.noteTags
  UNION ALL SELECT 'feedbackTagJunctions', count(*) FROM normal.feedbackTagJunctions
  UNION ALL SELECT 'conversationTokenUsage', count(*) FROM normal.conversationTokenUsage
  UNION ALL SELECT 'memoryMetadata', count(*) FROM normal.memoryMetadata
  UNION ALL SELECT 'memorySources', count(*) FROM normal.memorySources
)
SELECT 'accounting' AS "table", actual."table" AS _id, actual."rows" || ' rows, accounted for ' || coalesce(expected."rows", 0) AS detail
FROM actual
LEFT JOIN expected USING ("table")
WHERE actual."rows" <> coalesce(expected."rows", 0)
