/** Reads the tables of an export ZIP, line by line. */
import { createInterface } from "node:readline";
import { openPromise } from "yauzl";

/**
 * @param {string} path of the ZIP
 * @returns tables by name: `{ open(): Promise<AsyncIterable<string>> }`, and their numbers by name
 */
export async function openSnapshot(path) {
  // Real exports have no dates, which is fine with yauzl; sizes stand in data descriptors.
  const zip = await openPromise(path, { autoClose: false, lazyEntries: true });
  const tables = new Map();
  for await (const entry of zip.eachEntry()) {
    const match = /^(?:[^/]+\/)?([A-Za-z_]\w*)\/documents\.jsonl$/.exec(entry.fileName);
    if (match === null || entry.fileName.includes("_components/")) continue;
    const open = async () => {
      const input = await zip.openReadStreamPromise(entry);
      return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
    };
    tables.set(match[1], { open });
  }
  const numbers = new Map();
  for await (const line of await tables.get("_tables").open()) {
    const { name, id } = JSON.parse(line);
    numbers.set(name, id);
  }
  tables.delete("_tables");
  return { tables, numbers, close: () => zip.close() };
}
