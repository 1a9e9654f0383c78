-- Figure: enrichments that succeeded
-- Unit: % of pages with an attempt
SELECT 100.0 * count(*) FILTER (WHERE enriched) / nullif(count(*) FILTER (WHERE enriched OR enrichmentError IS NOT NULL), 0) AS value, CAST(NULL AS BOOLEAN) AS met
FROM normal.sourceMetadata
