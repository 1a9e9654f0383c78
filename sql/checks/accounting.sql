-- Rule: For every kind of element, source = rows + merged + rejected + kept; for every table, its rows are those of its elements and the derived ones; the ledger holds an entry for every rejected element.
-- Why: An element that is neither a row nor in the ledger is lost.
-- Remedy: This is a defect of a transform. Keep the run directory and report it; do not import.
-- Covers: meta.accounting WHERE source > 0
WITH law AS (
  SELECT element AS _id, 'source ' || source || ' is not rows ' || "rows" || ' + merged ' || merged || ' + rejected ' || rejected || ' + kept ' || kept AS detail
  FROM meta.accounting
  WHERE source <> "rows" + merged + rejected + kept
),
entries AS (
  SELECT element, count(*) FILTER (WHERE kind = 'rejected') AS rejected FROM ledger.entries WHERE element IS NOT NULL GROUP BY element
),
rejections AS (
  SELECT accounting.element AS _id, accounting.rejected || ' rejected, but ' || coalesce(entries.rejected, 0) || ' in the ledger' AS detail
  FROM (SELECT element, sum(rejected) AS rejected FROM meta.accounting GROUP BY element) AS accounting
  LEFT JOIN entries USING (element)
  WHERE accounting.rejected <> coalesce(entries.rejected, 0)
)
SELECT 'accounting' AS "table", _id, detail FROM law
UNION ALL
SELECT 'accounting', _id, detail FROM rejections
