-- Figure: message counts that had drifted
-- Unit: conversations
SELECT count(*) AS value, CAST(NULL AS BOOLEAN) AS met FROM ledger.entries WHERE code = 'message_count_drift'
