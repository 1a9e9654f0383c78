-- One row: a url's metadata, with the accesses and times it says it has.
SELECT _id AS key, accessCount, firstSeenAt, lastAccessedAt
FROM raw.sourceMetadata
WHERE _fault IS NULL
