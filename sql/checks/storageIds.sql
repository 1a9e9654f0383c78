-- Rule: Each attachment's storageId has the form of a Convex id, and the file is listed or the ledger says that it is not (a final validation of the guide).
-- Why: An attachment whose file cannot be found shows a broken image.
-- Remedy: Look the attachment up with `unnest trace`; a missing file has to be uploaded again or the attachment deleted.
-- Covers: normal.attachments
WITH listed AS (
  SELECT coalesce(sum("rows"), 0) AS files FROM meta.tables WHERE component = '' AND name = '_storage'
),
noted AS (
  SELECT documentId, path FROM ledger.entries WHERE code = 'storage_object_missing'
)
SELECT 'attachments' AS "table", a._id, CASE WHEN a.storageId IS NULL OR NOT regexp_matches(a.storageId, '^[0-9a-hjkmnp-tv-z]{31,37}$') THEN 'not an id' ELSE 'no such file' END AS detail
FROM normal.attachments AS a
WHERE a.storageId IS NULL
  OR NOT regexp_matches(a.storageId, '^[0-9a-hjkmnp-tv-z]{31,37}$')
  OR ((SELECT files FROM listed) > 0
    AND a.storageId NOT IN (SELECT _id FROM raw._storage)
    AND NOT EXISTS (FROM noted WHERE documentId = a.messageId AND path = '/attachments/' || CAST(a.position AS BIGINT) || '/storageId'))
