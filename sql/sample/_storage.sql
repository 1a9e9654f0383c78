-- One row: a file that an attachment of a kept message names. The schema calls its id a text.
SELECT unnest(json_extract_string(attachments, '$[*].storageId')) AS _id
FROM raw.messages
SEMI JOIN sample.kept AS kept ON kept."table" = 'messages' AND kept._id = messages._id
WHERE attachments IS NOT NULL
