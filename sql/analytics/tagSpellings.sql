-- Question: Which tags were spelled in several ways before?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: rows (number, 20): how many rows
-- Column: path: of the one tag there is now
-- Column: displayName: the spelling it shows
-- Column: spellings: different ones, trimmed
-- Column: examples: the commonest five
-- Column: links: of the tag
WITH spelled AS (
  SELECT tagId, trim(label) AS spelling, count(*) AS times FROM tagLinks GROUP BY tagId, trim(label)
)
SELECT
  t.path,
  t.displayName,
  count(*) AS spellings,
  array_to_string(list_slice(list(spelling ORDER BY times DESC, spelling), 1, 5), ' · ') AS examples,
  sum(times) AS links
FROM spelled
JOIN normal.tags AS t ON t._id = spelled.tagId
WHERE ($user IS NULL OR t.userId = $user)
GROUP BY t._id, t.path, t.displayName
HAVING count(*) > 1
ORDER BY spellings DESC, links DESC, t.path, t._id
LIMIT $rows
