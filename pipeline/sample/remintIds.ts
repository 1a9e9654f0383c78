import { createHmac } from "node:crypto";
import { decodeId, encodeId } from "../convexFormat/ids.js";

/** Runs of letters that may be an id, wherever they stand in a text. */
const idLike = /(?<![0-9a-z])[0-9a-hjkmnp-tv-z]{31,37}(?![0-9a-z])/g;

/** Bytes of an id that say which document it is; the two behind them are the day. */
const ownBytes = 14;

/**
 * Makes a function that gives ids anew: the same one for the same id, of the same table, length and day.
 *
 * @param tableNumbers numbers of the tables whose ids are known: what merely looks like an id stays
 * @param key secret; who has it can tell which id became which
 */
export function idReminter(tableNumbers: ReadonlySet<number>, key: Buffer): (text: string) => string {
  const remint = (text: string): string => {
    const id = decodeId(text);
    if (id === null || !tableNumbers.has(id.tableNumber)) return text;
    const bytes = createHmac("sha256", key).update(text).digest().subarray(0, 16);
    bytes.set(id.bytes.subarray(ownBytes), ownBytes);
    return encodeId(id.tableNumber, bytes);
  };
  return (text) => (text.length < 31 ? text : text.replace(idLike, remint));
}
