-- Rule: Each project link agrees with its conversation's projectId (a final validation of the guide).
-- Why: conversations.projectId is the truth; a link that says otherwise shows a conversation in the wrong project.
-- Remedy: This is a defect of transforms/projectLink.ts; report the link.
-- Covers: normal.projectConversations
SELECT 'projectConversations' AS "table", l._id, 'the conversation names another project, or none' AS detail
FROM normal.projectConversations AS l
JOIN raw.conversations AS c ON c._id = l.conversationId
SEMI JOIN raw.projects AS p ON p._id = l.projectId
WHERE c.projectId IS DISTINCT FROM l.projectId
