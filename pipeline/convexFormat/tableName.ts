/**
 * Whether a text can name a Convex table or index: an identifier of at most 64 characters, not only underscores. One underscore at its
 * beginning makes it a table of Convex's own (`_storage`); two make it no table at all, but `__proto__` for instance.
 */
export function isTableName(text: string): boolean {
  return text.length <= 64 && /^_?[A-Za-z0-9][A-Za-z0-9_]*$/.test(text) && !/^[0-9]/.test(text);
}
