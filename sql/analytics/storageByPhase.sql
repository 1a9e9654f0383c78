-- Question: What does each phase move, and how large are the rows it makes of that?
-- Column: phase: phase-1 to phase-7
-- Column: documents: that have a field which moves; one counts once a field
-- Column: bytesMoved: of these fields, as they stand in their lines of the export
-- Column: rows: that the phase makes
-- Column: bytesOfRows: as lines of an export
-- Column: change: percent; none for a phase that copies or counts
WITH moved AS (
  SELECT phase, sum(documents) AS documents, sum(bytes) AS bytes FROM movedFieldSizes GROUP BY phase
),
made AS (
  SELECT phase, sum("rows") AS "rows", sum(bytes) AS bytes FROM rowSizes GROUP BY phase
)
SELECT
  phase,
  coalesce(documents, 0) AS documents,
  coalesce(moved.bytes, 0) AS bytesMoved,
  coalesce("rows", 0) AS "rows",
  coalesce(made.bytes, 0) AS bytesOfRows,
  round(100.0 * (made.bytes - moved.bytes) / nullif(moved.bytes, 0), 1) AS change
FROM moved
FULL JOIN made USING (phase)
ORDER BY phase
