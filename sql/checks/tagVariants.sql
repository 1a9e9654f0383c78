-- Rule: A slug is normalized and no two tags of one owner differ in case or white space alone (a final validation of the guide).
-- Why: Such variants are what the phase exists to remove.
-- Remedy: This is a defect of the slug rule in transforms/tagSlug.ts; report the tags.
-- Covers: normal.tags
WITH folded AS (
  SELECT _id, slug, count(*) OVER (PARTITION BY scope, userId, lower(regexp_replace(trim(slug), '\s+', ' ', 'g'))) AS variants
  FROM normal.tags
)
SELECT 'tags' AS "table", _id, CASE WHEN variants > 1 THEN 'another tag differs in case or white space alone' ELSE 'slug is not normalized' END AS detail
FROM folded
WHERE variants > 1
  OR slug = '' OR slug <> trim(slug) OR slug LIKE '/%' OR slug LIKE '%/' OR slug LIKE '%//%' OR slug LIKE '%  %' OR slug LIKE '% /%' OR slug LIKE '%/ %'
  -- nfc_normalize stops at a NUL.
  OR nfc_normalize(replace(slug, chr(0), ' ')) <> replace(slug, chr(0), ' ') OR regexp_matches(slug, '[A-Z]')
