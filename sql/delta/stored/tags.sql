-- One row: a tag, and how many links it says it has.
SELECT _id AS key, usageCount
FROM raw.tags
WHERE _fault IS NULL
