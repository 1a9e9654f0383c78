import type { Database } from "./database.js";

/** One transaction for many statements: rows go to the database file once, and not through its log. */
export async function inTransaction(database: Database, work: () => Promise<void>): Promise<void> {
  await database.begin();
  try {
    await work();
  } catch (error) {
    // What it throws, if the error has ended the transaction already, would hide the error.
    await database.end("ROLLBACK").catch(() => undefined);
    throw error;
  }
  await database.end("COMMIT");
}
