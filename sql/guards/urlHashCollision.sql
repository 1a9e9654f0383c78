-- Rule: One url hash stands for one normalized url.
SELECT urlHash AS offender
FROM staging.sourceMetadataMentions
WHERE role = 'citation'
GROUP BY urlHash
HAVING count(DISTINCT url) > 1
