-- Rule: The elements accounted for are those that stand in the documents, counted anew in SQL.
-- Why: The other side of the accounting comes from the transforms themselves; an element they never saw would be missing on both sides.
-- Remedy: This is a defect of a transform. Keep the run directory and report it; do not import.
-- Covers: meta.accounting WHERE source > 0
-- A field that is null stands in `_extra`, since its column is NULL where the field is absent.
WITH messageFields AS (
  SELECT unnest([
    {'element': 'attachment', 'field': coalesce(attachments, json_extract(_extra, '/attachments'))},
    {'element': 'toolCall', 'field': coalesce(toolCalls, json_extract(_extra, '/toolCalls'))},
    {'element': 'partialToolCall', 'field': coalesce(partialToolCalls, json_extract(_extra, '/partialToolCalls'))},
    {'element': 'source', 'field': coalesce(sources, json_extract(_extra, '/sources'))},
    {'element': 'partialSource', 'field': coalesce(partialSources, json_extract(_extra, '/partialSources'))},
    {'element': 'sourceMetadataEntry', 'field': coalesce(sourceMetadata, json_extract(_extra, '/sourceMetadata'))}
  ]) AS moved
  FROM raw.messages
  WHERE coalesce(attachments, toolCalls, partialToolCalls, sources, partialSources, sourceMetadata, _extra) IS NOT NULL
),
fields AS (
  SELECT moved.element AS element, moved.field AS field FROM messageFields WHERE moved.field IS NOT NULL
  UNION ALL SELECT 'conversationIdElement', coalesce(conversationIds, json_extract(_extra, '/conversationIds')) FROM raw.projects WHERE conversationIds IS NOT NULL OR json_exists(_extra, '/conversationIds')
  UNION ALL SELECT 'bookmarkTag', coalesce(tags, json_extract(_extra, '/tags')) FROM raw.bookmarks WHERE tags IS NOT NULL OR json_exists(_extra, '/tags')
  UNION ALL SELECT 'snippetTag', coalesce(tags, json_extract(_extra, '/tags')) FROM raw.snippets WHERE tags IS NOT NULL OR json_exists(_extra, '/tags')
  UNION ALL SELECT 'noteTag', coalesce(tags, json_extract(_extra, '/tags')) FROM raw.notes WHERE tags IS NOT NULL OR json_exists(_extra, '/tags')
  UNION ALL SELECT 'feedbackTag', coalesce(tags, json_extract(_extra, '/tags')) FROM raw.feedback WHERE tags IS NOT NULL OR json_exists(_extra, '/tags')
  UNION ALL SELECT 'memorySource', coalesce(sourceMessageIds, json_extract(_extra, '/sourceMessageIds')) FROM raw.memories WHERE sourceMessageIds IS NOT NULL OR json_exists(_extra, '/sourceMessageIds')
),
-- One element a preference; the two objects that are opened count their fields instead of themselves. `{"$` opens a value that is no object.
preferences AS (
  SELECT sum(CASE WHEN json_type(p) <> 'OBJECT' OR starts_with(CAST(p AS VARCHAR), '{"$') THEN 1 ELSE len(json_keys(p)) + 
    CASE WHEN json_type(p, '/customInstructions') = 'OBJECT' AND NOT starts_with(CAST(json_extract(p, '/customInstructions') AS VARCHAR), '{"$') THEN len(json_keys(p, '/customInstructions')) - 1 ELSE 0 END + 
    CASE WHEN json_type(p, '/reasoning') = 'OBJECT' AND NOT starts_with(CAST(json_extract(p, '/reasoning') AS VARCHAR), '{"$') THEN len(json_keys(p, '/reasoning')) - 1 ELSE 0 END END) AS source
  FROM (SELECT coalesce(preferences, json_extract(_extra, '/preferences')) AS p FROM raw.users WHERE preferences IS NOT NULL OR json_exists(_extra, '/preferences'))
),
-- A moved field that is no array is one element.
counted AS (
  SELECT element, sum(CASE WHEN json_type(field) = 'ARRAY' THEN json_array_length(field) ELSE 1 END) AS source FROM fields GROUP BY element
  UNION ALL SELECT 'preference', source FROM preferences
  UNION ALL SELECT 'memoryMetadata', count(*) FROM raw.memories WHERE metadata IS NOT NULL OR json_exists(_extra, '/metadata')
  UNION ALL SELECT 'feedbackTagName', count(*) FROM raw.feedbackTags WHERE name IS NOT NULL OR json_exists(_extra, '/name')
  UNION ALL SELECT 'tokenUsage', count(*) FROM raw.conversations WHERE tokenUsage IS NOT NULL OR json_exists(_extra, '/tokenUsage')
  UNION ALL SELECT 'projectId', count(*) FROM raw.conversations WHERE projectId IS NOT NULL OR json_exists(_extra, '/projectId')
)
SELECT 'accounting' AS "table", a.element AS _id, a.source || ' accounted for, ' || coalesce(c.source, 0) || ' in the documents' AS detail
FROM meta.accounting AS a
LEFT JOIN counted AS c USING (element)
WHERE a.source <> coalesce(c.source, 0)
  AND a.element NOT LIKE '% (derived)'
