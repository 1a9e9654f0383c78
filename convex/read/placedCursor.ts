/** Cursors of pages that are read by way of other pages: a place, and the inner page's own cursor. */
import { staleCursor } from "./page.js";

export interface Place {
  /** Items to leave out, or a table's index: what the list it belongs to says. */
  readonly at: number;
  /** Cursor of the inner page; null at its begin. */
  readonly inner: string | null;
}

/** @param side which list it is a place of; another one's leads nowhere */
export function writeCursor(side: string, { at, inner }: Place): string {
  return JSON.stringify([side, at, inner]);
}

/** The inverse; null is the begin. @throws ConvexError `stale_cursor` for a text that no list of that side wrote. */
export function readCursor(side: string, text: string | null): Place {
  if (text === null) return { at: 0, inner: null };
  const [from, at, inner] = parsed(text);
  const isPlace = from === side && typeof at === "number" && at >= 0 && (typeof inner === "string" || inner === null);
  if (!isPlace) throw staleCursor();
  return { at, inner };
}

function parsed(text: string): readonly unknown[] {
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}
