-- One row: a template that belongs to nobody: it came with the application.
SELECT _id
FROM raw.templates
WHERE userId IS NULL
