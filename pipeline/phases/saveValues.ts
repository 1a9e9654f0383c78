/**
 * The application's own values in the rows that an abort deletes (a tag's name and color, a site's name), in a file that outlives it:
 * one JSON object a line, `{table, key, values}`, by whose natural key they find their way into the rows of another migration.
 */
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { convexToJson, type Value } from "convex/values";
import { z } from "zod";
import type { Phase } from "../../convex/schema/steps.js";
import type { RemoteDeployment } from "../remote/openRemote.js";
import type { RetryOptions } from "../remote/withRetries.js";
import { makeDirectory } from "../run/makeDirectory.js";
import type { Progress } from "../run/progress.js";
import { driveWalk, mostDocuments, walkedPage } from "./driveWalk.js";

const values = z.record(z.string(), z.custom<Value>());

const valuesPage = z.object({
  ...walkedPage.shape,
  rows: z.array(z.object({ table: z.string(), key: values, values })).max(10_000),
});

/**
 * Writes a phase's application-owned values to a file for the owner only, which appears when it is whole.
 *
 * @param file null to count only
 * @param enough when counting, no further page is looked at after so many rows; all when absent
 * @returns how many rows have such values; without any, no file is written
 */
export async function saveValues(
  remote: RemoteDeployment,
  migrationId: Phase,
  file: string | null,
  {
    retries,
    progress,
    enough = Number.POSITIVE_INFINITY,
  }: { readonly retries: RetryOptions; readonly progress: Progress; readonly enough?: number | undefined },
): Promise<number> {
  const partial = `${file}.partial`;
  let handle: FileHandle | null = null;
  let rows = 0;
  let visited = 0;
  progress.start(`values of ${migrationId}`);
  try {
    if (file !== null) {
      await makeDirectory(dirname(file));
      await rm(partial, { force: true });
      handle = await open(partial, "wx", 0o600);
    }
    await driveWalk({
      cursor: null,
      documents: mostDocuments,
      retries,
      isEnough: () => file === null && visited >= enough,
      call: (page) => remote.query("applicationValues", { migrationId, ...page }, valuesPage),
      onPage: async (page) => {
        await handle?.write(page.rows.map((row) => `${JSON.stringify(convexToJson(row))}\n`).join(""));
        rows += page.rows.length;
        visited += page.visited;
        progress.advance(page.visited);
      },
    });
    await handle?.sync();
    await handle?.close();
    if (file !== null && rows > 0) await rename(partial, file);
  } finally {
    await handle?.close().catch(() => {});
    if (file !== null) await rm(partial, { force: true });
    progress.finish();
  }
  return rows;
}
