import type { ArchiveTable } from "../convexFormat/archive.js";
import { diagnoseDocuments } from "../convexFormat/diagnoseDocuments.js";
import { UnnestError } from "../errors.js";
import { asUnnestError } from "../run/systemErrors.js";
import { UnreadableLine } from "./spoolDocuments.js";

/** What really is wrong, with its line, when DuckDB or a count says that something is. */
export async function reasonOf(error: unknown, table: ArchiveTable): Promise<UnnestError> {
  const known = asUnnestError(error);
  const mayBeData = error instanceof UnreadableLine || known.code === "INTERNAL" || known.place.line === undefined;
  if (
    !mayBeData ||
    ["INTERRUPTED", "DISK_FULL", "NO_PERMISSION", "TOO_MANY_OPEN_FILES", "MEMORY_LIMIT_TOO_LOW"].includes(known.code)
  ) {
    return known;
  }
  try {
    await diagnoseDocuments(table);
  } catch (diagnosis) {
    return asUnnestError(diagnosis);
  }
  return known.code === "INTERNAL"
    ? new UnnestError("INTERNAL", known.message, { ...table.place }, { cause: error })
    : known;
}
