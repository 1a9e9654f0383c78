/** The key of token usage in touches and corrections: its rows may not be there yet, so it is their natural key. */

/** No id holds it; a model may. */
const separator = " ";

export function usageKey(conversationId: string, model: string): string {
  return `${conversationId}${separator}${model}`;
}

/** The inverse of `usageKey`; null for a text that is none. */
export function parseUsageKey(key: string): { readonly conversationId: string; readonly model: string } | null {
  const at = key.indexOf(separator);
  if (at < 1 || at === key.length - 1) return null;
  return { conversationId: key.slice(0, at), model: key.slice(at + 1) };
}
