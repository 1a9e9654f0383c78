-- Rule: sourceMetadata.accessCount is the number of sources that cite it.
-- Why: Online the count is kept by differences; it has to start right.
-- Remedy: This is a defect of the set rule sourceMetadata.sql; report it.
-- Covers: normal.sourceMetadata
WITH recount AS (
  SELECT sourceMetadataId, count(*) AS citations FROM normal.sources GROUP BY sourceMetadataId
)
SELECT 'sourceMetadata' AS "table", m._id, 'accessCount ' || accessCount || ', recounted ' || coalesce(citations, 0) AS detail
FROM normal.sourceMetadata AS m
LEFT JOIN recount ON recount.sourceMetadataId = m._id
WHERE accessCount <> coalesce(citations, 0)
