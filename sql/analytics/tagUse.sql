-- Question: Which tags are used, and on what?
-- Parameter: user (text): only of this user (an _id)
-- Parameter: rows (number, 20): how many rows
-- Column: path: of the tag
-- Column: owner: the user's name; none for a global tag
-- Column: bookmarks: with the tag itself
-- Column: snippets: the same
-- Column: notes: the same
-- Column: feedback: the same
-- Column: links: all of them
SELECT
  t.path,
  any_value(u.name) AS owner,
  count(*) FILTER (WHERE kind = 'bookmark') AS bookmarks,
  count(*) FILTER (WHERE kind = 'snippet') AS snippets,
  count(*) FILTER (WHERE kind = 'note') AS notes,
  count(*) FILTER (WHERE kind = 'feedback') AS feedback,
  count(*) AS links
FROM tagLinks AS l
JOIN normal.tags AS t ON t._id = l.tagId
LEFT JOIN raw.users AS u ON u._id = t.userId
WHERE ($user IS NULL OR t.userId = $user)
GROUP BY t._id, t.path
ORDER BY links DESC, t.path, t._id
LIMIT $rows
