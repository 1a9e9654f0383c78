import { tmpdir } from "node:os";
import { Database } from "../../pipeline/db/database.js";

/** A database that leaves nothing behind. */
export const memoryDatabase = (): Promise<Database> =>
  Database.open(":memory:", { threads: 1, memoryLimit: 256 * 2 ** 20, spillDirectory: tmpdir() });
