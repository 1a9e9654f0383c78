import { Database } from "../db/database.js";
import { UnnestError } from "../errors.js";
import type { RunPaths } from "./paths.js";
import { asUnnestError } from "./systemErrors.js";

export interface OpenOptions {
  readonly threads: number;
  /** Bytes of the whole run. */
  readonly memoryLimit: number;
  readonly readOnly: boolean;
}

/** Below this DuckDB cannot do much of its work, so it is given all there is. */
const leastForDatabase = 256 * 2 ** 20;

/** DuckDB's part of a run's memory is half: workers, what they are handed, and what DuckDB does not count stand beside it. */
function databaseMemory(memoryLimit: number): number {
  return Math.max(memoryLimit / 2, Math.min(memoryLimit, leastForDatabase));
}

/** Opens a run's database. Throws RUN_DIRECTORY_BUSY while another process has it, RUN_DIRECTORY_DAMAGED when it is no database. */
export async function openDatabase(paths: RunPaths, options: OpenOptions): Promise<Database> {
  try {
    return await Database.open(paths.database, {
      ...options,
      memoryLimit: databaseMemory(options.memoryLimit),
      spillDirectory: paths.spill,
    });
  } catch (cause) {
    const error = asUnnestError(cause);
    if (error.code !== "INTERNAL") throw error;
    throw new UnnestError(
      "RUN_DIRECTORY_DAMAGED",
      "The run's database cannot be opened.",
      { file: paths.database },
      { cause },
    );
  }
}
