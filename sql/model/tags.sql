-- One row: a tag of one owner (scope, userId, slug) that some document uses, or an ancestor of such a tag.
WITH mentions AS (
  SELECT * FROM staging.tagsMentions
),
-- How often each spelling stands for the tag; own spellings before those that lead to a descendant.
spellings AS (
  SELECT scope, userId, slug, spelling, own, count(*) AS times
  FROM mentions
  GROUP BY scope, userId, slug, spelling, own
),
displayNames AS (
  SELECT scope, userId, slug, first(spelling ORDER BY own DESC, times DESC, spelling) AS displayName
  FROM spellings
  GROUP BY scope, userId, slug
),
colors AS (
  SELECT scope, userId, slug,
    last(color ORDER BY NOT isnan(usedAt), usedAt, documentCreationTime, documentId) AS color
  FROM mentions
  WHERE color IS NOT NULL
  GROUP BY scope, userId, slug
),
links AS (
  SELECT "tagId.scope" AS scope, "tagId.userId" AS userId, "tagId.slug" AS slug FROM staging.bookmarkTags
  UNION ALL SELECT "tagId.scope", "tagId.userId", "tagId.slug" FROM staging.snippetTags
  UNION ALL SELECT "tagId.scope", "tagId.userId", "tagId.slug" FROM staging.noteTags
  UNION ALL SELECT "tagId.scope", "tagId.userId", "tagId.slug" FROM staging.feedbackTagJunctions
),
usage AS (
  SELECT scope, userId, slug, count(*) AS links FROM links GROUP BY scope, userId, slug
),
contributors AS (
  SELECT scope, userId, slug,
    first(documentCreationTime + ordinal / 4096.0::DOUBLE ORDER BY documentCreationTime, documentId, ordinal) AS _creationTime,
    any_value(parentSlug) AS parentSlug,
    any_value(depth) AS depth,
    -- DuckDB sorts NaN last; a time that is none decides nothing.
    coalesce(min(usedAt) FILTER (WHERE NOT isnan(usedAt)), min(documentCreationTime)) AS createdAt,
    coalesce(max(usedAt) FILTER (WHERE NOT isnan(usedAt)), max(documentCreationTime)) AS updatedAt,
    bool_or(own AND origin = 'name') AS isNamed
  FROM mentions
  GROUP BY scope, userId, slug
)
SELECT
  c._creationTime,
  c.scope,
  c.userId,
  c.slug,
  d.displayName,
  '/' || c.slug AS path,
  c.depth,
  CASE WHEN c.parentSlug IS NOT NULL THEN c.scope END AS "parentId.scope",
  CASE WHEN c.parentSlug IS NOT NULL THEN c.userId END AS "parentId.userId",
  c.parentSlug AS "parentId.slug",
  CAST(coalesce(usage.links, 0) AS DOUBLE) AS usageCount,
  colors.color,
  CAST(NULL AS VARCHAR) AS description,
  c.createdAt,
  c.updatedAt,
  -- The first name of a slug in feedbackTags is this row; further ones are merged into it.
  CASE WHEN c.isNamed THEN 'feedbackTagName' END AS _element
FROM contributors AS c
JOIN displayNames AS d ON d.scope = c.scope AND d.userId IS NOT DISTINCT FROM c.userId AND d.slug = c.slug
LEFT JOIN colors ON colors.scope = c.scope AND colors.userId IS NOT DISTINCT FROM c.userId AND colors.slug = c.slug
LEFT JOIN usage ON usage.scope = c.scope AND usage.userId IS NOT DISTINCT FROM c.userId AND usage.slug = c.slug
