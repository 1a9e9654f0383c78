/** What a written document takes of a deployment's write throughput (spec 9): log and index entries, not its size alone. */

const logEntry = 41;
const byIdEntry = 91;
const indexEntry = 100;

/**
 * Bytes of log and index entries of one written document. About 3 to 4 times the size of a small row.
 *
 * @param size of the document in bytes, as Convex counts it; 0 for a delete
 * @param indexKeyBytes for each index that its table declares, the bytes of the document's values in that index's fields
 */
export function documentWriteCost(size: number, indexKeyBytes: readonly number[]): number {
  let bytes = logEntry + size + byIdEntry + indexEntry;
  for (const key of indexKeyBytes) bytes += indexEntry + key;
  return bytes;
}
