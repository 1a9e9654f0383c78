-- One row: what stands about a kept document.
SELECT about._id
FROM raw.unnestMovedParts AS about
SEMI JOIN sample.kept AS kept ON kept."table" = about."table" AND kept._id = about.documentId
