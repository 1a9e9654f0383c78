-- Question: How many bytes does each table take, before and after?
-- Column: table: its name
-- Column: isNew: whether the migration made it
-- Column: rows: documents or rows
-- Column: bytesBefore: as lines of an export
-- Column: bytesAfter: the same, without the fields that were moved out
-- Column: change: percent; none for a new table
-- Column: shareAfter: percent of everything after
WITH made AS MATERIALIZED (
  SELECT * FROM rowSizes
),
sizes AS (
  SELECT t.name, false AS isNew, t."rows", t.bytes AS before, t.bytes - coalesce(d.jsonBefore - d.jsonAfter, 0) AS after
  FROM meta.tables AS t
  LEFT JOIN meta.document_sizes AS d ON d."table" = t.name
  WHERE t.component = '' AND t."rows" > 0 AND t.name NOT IN (SELECT "table" FROM made)
  UNION ALL
  SELECT r."table", true, r."rows", coalesce(t.bytes, 0), r.bytes
  FROM made AS r
  LEFT JOIN meta.tables AS t ON t.name = r."table" AND t.component = ''
  WHERE r."rows" > 0
)
SELECT
  name AS "table",
  isNew,
  "rows",
  before AS bytesBefore,
  after AS bytesAfter,
  round(100.0 * (after - before) / nullif(before, 0), 1) AS change,
  round(100.0 * after / sum(after) OVER (), 1) AS shareAfter
FROM sizes
ORDER BY after DESC, name
