-- Figure: messages that shrink
-- Unit: messages
SELECT shrunk AS value, CAST(NULL AS BOOLEAN) AS met FROM meta.document_sizes WHERE "table" = 'messages'
