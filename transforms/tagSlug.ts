/** A tag's deepest segments and bytes (spec 4, phase 5). */
const maxSegments = 16;
const maxSlugBytes = 256;

/** One level of a tag's path, the tag itself being the last. */
export interface TagLevel {
  /** Slug of this level: the normalized segments up to here, joined by `/`. */
  readonly slug: string;
  /** The same segments as they were spelled, each trimmed, joined by `/`. */
  readonly spelling: string;
}

/**
 * A tag's identity: NFC, lower case, NFC again, split at `/`, each segment trimmed and its inner white space collapsed to
 * one space, empty segments dropped, joined by `/`. Idempotent. White space is ECMAScript's, which `\s` and `trim` share.
 */
export function tagSlug(text: string): string {
  return segments(normalize(text)).join("/");
}

/**
 * The levels of a tag from its root down to itself, or why the text is no tag.
 *
 * Neither normalization nor lower case adds or removes a `/` or turns a segment into white space, so the segments of
 * the slug and of the spelling correspond.
 */
export function tagLevels(text: string): readonly TagLevel[] | "empty_tag" | "tag_too_long" {
  const slugs = segments(normalize(text));
  if (slugs.length === 0) return "empty_tag";
  if (slugs.length > maxSegments || new TextEncoder().encode(slugs.join("/")).length > maxSlugBytes)
    return "tag_too_long";
  const spelled = trimmedSegments(text);
  return slugs.map((_, level) => ({
    slug: slugs.slice(0, level + 1).join("/"),
    spelling: spelled.slice(0, level + 1).join("/"),
  }));
}

function normalize(text: string): string {
  return text.normalize("NFC").toLowerCase().normalize("NFC");
}

function segments(text: string): string[] {
  return trimmedSegments(text).map((segment) => segment.replace(/\s+/g, " "));
}

function trimmedSegments(text: string): string[] {
  return text
    .split("/")
    .map((segment) => segment.trim())
    .filter((segment) => segment !== "");
}
