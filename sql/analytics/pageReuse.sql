-- Question: How often is one and the same page cited?
-- Column: citations: of a page
-- Column: pages: cited so often
-- Column: share: percent of the pages
-- Column: metadataSaved: copies of their metadata that one row each replaces
SELECT
  accessCount AS citations,
  count(*) AS pages,
  round(100.0 * count(*) / sum(count(*)) OVER (), 1) AS share,
  sum(accessCount - 1) AS metadataSaved
FROM normal.sourceMetadata
GROUP BY accessCount
ORDER BY accessCount
