/** Small exports for tests, and what users say they wrote. */
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Value } from "convex/values";
import { writeArchive } from "../../pipeline/convexFormat/archiveWriter.js";
import { encodeId } from "../../pipeline/convexFormat/ids.js";
import { canonicalEncoding } from "../../transforms/index.js";

export type Documents = Readonly<Record<string, readonly Readonly<Record<string, Value>>[]>>;

const numbers: Readonly<Record<string, number>> = { messages: 10_001, conversations: 10_002, projects: 10_003 };

/** The id of a table's n-th document. */
export function idOf(table: string, number: number): string {
  return encodeId(
    numbers[table] ?? 0,
    Uint8Array.from({ length: 16 }, (_, at) => (at === 0 ? number : 7)),
  );
}

/** Writes an export of these documents, each named by its number. */
export async function writeExport(folder: string, name: string, documents: Documents): Promise<string> {
  const path = join(folder, `${name}.zip`);
  await writeArchive(
    path,
    Object.entries(documents).map(([table, all]) => ({
      name: table,
      tableNumber: numbers[table] ?? 0,
      lines: Readable.from(
        all
          .toSorted((a, b) => (String(a._id) < String(b._id) ? -1 : 1))
          .map((document) => canonicalEncoding({ _creationTime: 1.5, ...document })),
      ),
    })),
  );
  return path;
}
