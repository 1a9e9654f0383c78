-- One row: what a moved field calls the id of a stored file. Asked only where no column of the schema holds such an id.
SELECT unnest(json_extract_string(attachments, '$[*].storageId')) AS id
FROM raw.messages
WHERE attachments IS NOT NULL
