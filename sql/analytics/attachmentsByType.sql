-- Question: What do users attach, and how large is it?
-- Parameter: user (text): only of this user (an _id)
-- Column: type: image, file or audio
-- Column: mimeType: as the attachment says
-- Column: attachments: of messages
-- Column: files: different stored objects
-- Column: bytes: of these files, each counted once
-- Column: meanBytes: of a file
-- Column: largest: bytes of the largest
WITH files AS (
  SELECT type, mimeType, storageId, count(*) AS attachments, max(size) AS size
  FROM normal.attachments
  WHERE ($user IS NULL OR userId = $user)
  GROUP BY type, mimeType, storageId
)
SELECT
  type,
  mimeType,
  sum(attachments) AS attachments,
  count(*) AS files,
  sum(size) AS bytes,
  round(avg(size)) AS meanBytes,
  max(size) AS largest
FROM files
GROUP BY type, mimeType
ORDER BY bytes DESC, type, mimeType
