-- Question: Which providers cite, and how much?
-- Column: provider: where the citation came from
-- Column: citations: sources of messages
-- Column: messages: that cite
-- Column: perMessage: citations of a message that cites
-- Column: pages: different ones
-- Column: pagesOfItsOwn: that no other provider cites
-- Column: withSnippet: percent of the citations that quote the page
WITH reach AS (
  SELECT sourceMetadataId, count(DISTINCT provider) AS providers FROM normal.sources GROUP BY sourceMetadataId
)
SELECT
  s.provider,
  count(*) AS citations,
  count(DISTINCT s.messageId) AS messages,
  round(count(*) / count(DISTINCT s.messageId), 1) AS perMessage,
  count(DISTINCT s.sourceMetadataId) AS pages,
  count(DISTINCT s.sourceMetadataId) FILTER (WHERE reach.providers = 1) AS pagesOfItsOwn,
  round(100.0 * count(s.snippet) / count(*), 1) AS withSnippet
FROM normal.sources AS s
JOIN reach USING (sourceMetadataId)
GROUP BY s.provider
ORDER BY citations DESC, s.provider
