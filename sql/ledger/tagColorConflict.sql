-- One row: a feedbackTags document whose color lost against a later one of the same tag.
WITH colored AS (
  SELECT documentId, color,
    last_value(color) OVER (PARTITION BY scope, slug ORDER BY NOT isnan(usedAt), usedAt, documentCreationTime, documentId
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS winner
  FROM staging.tagsMentions
  WHERE color IS NOT NULL
)
SELECT 'phase-5' AS phase, 'tag_color_conflict' AS code, 'kept' AS kind, 'feedbackTags' AS "table", documentId, '/color' AS path,
  to_json(color) AS "value", 'feedbackTag/tag' AS part
FROM colored
WHERE color <> winner
