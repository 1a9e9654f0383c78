import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sameValue } from "../../transforms/index.js";
import { decodeValue } from "../convexFormat/decodeValue.js";
import { literal } from "../db/quote.js";
import type { StageContext } from "../stage.js";

/**
 * Of documents whose rows differ as JSON texts, those whose values differ: −0 is 0, and a deployment may spell a number in another way.
 * Their ids go by way of a file, since there may be many.
 *
 * @param query gives document ids and two JSON texts each
 * @param insert makes a statement of a relation with one column, `documentId`
 */
export async function differingTexts(
  { database, paths, signal }: StageContext,
  query: string,
  insert: (source: string) => string,
): Promise<void> {
  const file = join(paths.spool, "differing.jsonl");
  const descriptor = openSync(file, "w", 0o600);
  let differing = 0;
  try {
    for await (const [ids = [], wanted = [], stored = []] of database.columns(query)) {
      signal.throwIfAborted();
      const lines = ids.flatMap((documentId, row) => {
        const same = sameValue(decodeValue(wanted[row] ?? "{}"), decodeValue(stored[row] ?? "{}"));
        return same ? [] : [`${JSON.stringify({ documentId })}\n`];
      });
      differing += lines.length;
      writeFileSync(descriptor, lines.join(""));
    }
  } finally {
    closeSync(descriptor);
  }
  if (differing > 0) {
    const columns = "columns = {documentId: 'VARCHAR'}";
    await database.run(insert(`read_json(${literal(file)}, format = 'newline_delimited', ${columns})`));
  }
  rmSync(file);
}
