-- Figure: token caches that had drifted
-- Unit: conversations
SELECT count(*) AS value, CAST(NULL AS BOOLEAN) AS met FROM ledger.entries WHERE code = 'token_usage_drift'
