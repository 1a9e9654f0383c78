-- Question: On which sites does enrichment fail?
-- Parameter: rows (number, 20): how many rows
-- Column: domain: of the pages
-- Column: pages: cited ones
-- Column: enriched: pages whose metadata is there
-- Column: failed: pages where it failed
-- Column: untried: pages without an attempt
-- Column: failedShare: percent of the attempts
-- Column: commonestError: among them
SELECT
  domain,
  count(*) AS pages,
  count(*) FILTER (WHERE enriched) AS enriched,
  count(enrichmentError) AS failed,
  count(*) FILTER (WHERE NOT enriched AND enrichmentError IS NULL) AS untried,
  round(100.0 * count(enrichmentError) / count(*) FILTER (WHERE enriched OR enrichmentError IS NOT NULL), 1) AS failedShare,
  mode(enrichmentError ORDER BY enrichmentError) AS commonestError
FROM normal.sourceMetadata
GROUP BY domain
HAVING count(enrichmentError) > 0
ORDER BY failed DESC, failedShare DESC, domain
LIMIT $rows
