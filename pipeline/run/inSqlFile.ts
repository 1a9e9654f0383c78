import { UnnestError } from "../errors.js";
import { asUnnestError } from "./systemErrors.js";

/**
 * Does some work with a statement from a file of `sql/`; what DuckDB says against the statement is thrown with the file's path in the
 * package. Throws what `work` throws otherwise.
 */
export async function inSqlFile<T>(folder: string, name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const known = asUnnestError(error);
    if (error instanceof UnnestError || known.code !== "INTERNAL") throw error;
    throw new UnnestError("INTERNAL", known.message, { file: `sql/${folder}/${name}.sql` }, { cause: error });
  }
}
