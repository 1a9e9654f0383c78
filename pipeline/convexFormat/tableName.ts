/** Whether a text can name a Convex table or index: an identifier of at most 64 characters, not only underscores. */
export function isTableName(text: string): boolean {
  return text.length <= 64 && /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !/^_+$/.test(text);
}
