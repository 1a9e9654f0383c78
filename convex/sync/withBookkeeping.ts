import { rowsInOrder } from "../../transforms/storedRows.js";
import type { StoredDocument } from "../documents.js";
import { descriptionOf } from "../tableFacts.js";

/** What an absent encoding of a value means. */
const encodings: Readonly<Record<string, string>> = { argsEncoding: "args", resultEncoding: "result" };

/**
 * A part's rows of one table in their order, those that the application wrote without bookkeeping columns as the migration would have
 * written them: behind the others, their values native. A label that is absent is no label: the tag's name counts then.
 */
export function withBookkeeping(table: string, rows: readonly StoredDocument[]): StoredDocument[] {
  const { bookkeeping = [] } = descriptionOf(table);
  const ordered = rowsInOrder(rows);
  const defaults = bookkeeping.filter((column) => column in encodings);
  const placed = bookkeeping.includes("position") ? withPositions(ordered) : ordered;
  if (defaults.length === 0) return placed;
  return placed.map((row) => {
    const absent = defaults.filter((column) => row[column] === undefined && row[encodings[column] ?? ""] !== undefined);
    return absent.length === 0 ? row : { ...row, ...Object.fromEntries(absent.map((column) => [column, "json"])) };
  });
}

function withPositions(ordered: readonly StoredDocument[]): StoredDocument[] {
  let last = -1;
  return ordered.map((row) => {
    if (typeof row.position === "number") {
      last = Math.max(last, row.position);
      return row;
    }
    last += 1;
    return { ...row, position: last };
  });
}
