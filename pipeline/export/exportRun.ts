import type { Model, SqlType } from "../model/types.js";
import type { OpenRun } from "../run/openRun.js";
import type { Progress } from "../run/progress.js";
import { toolVersion } from "../run/version.js";
import { openExportFolder } from "./exportFolder.js";
import { exportTables } from "./exportTables.js";
import type { FormatOptions } from "./format.js";
import { type FormatName, formats } from "./formats.js";
import type { Manifest } from "./manifest.js";
import type { Naming } from "./naming.js";
import { withRows } from "./tableRows.js";

export interface ExportRequest {
  readonly format: FormatName;
  readonly naming: Naming;
  /** Names in the model; null for the normalized tables and all they refer to. */
  readonly only: readonly string[] | null;
  readonly folder: string;
  /** Writes into a folder that holds other files. */
  readonly force: boolean;
  readonly options: FormatOptions;
}

const typeNames: Readonly<Record<SqlType, string>> = {
  VARCHAR: "text",
  DOUBLE: "float64",
  BIGINT: "int64",
  BOOLEAN: "boolean",
  JSON: "json",
};

/**
 * Writes a finished run's tables for other tools. Memory does not grow with them, but for the keys of a DuckDB file.
 *
 * Throws EXPORT_FOLDER_TAKEN.
 */
export async function exportRun(
  { database, record, paths }: OpenRun,
  model: Model,
  request: ExportRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<Manifest> {
  const format = formats[request.format];
  const tables = exportTables(model, {
    naming: request.naming,
    with: record.options.with,
    only: request.only,
    closed: format.closed,
  });
  const folder = await openExportFolder(request.folder, request.force);
  try {
    let total = 0;
    for (const { relation } of tables) total += await database.count(`SELECT count(*) FROM ${relation}`);
    progress.start(`export ${request.format}`, total, "rows");
    const written = await format.write({
      database,
      withRows: (table, work) => withRows(database, paths.spool, table, work),
      tables,
      folder: folder.partial,
      options: request.options,
      progress,
      signal,
    });
    progress.finish();
    return await folder.publish((files) => ({
      tool: "unnest",
      version: toolVersion(),
      format: request.format,
      naming: request.naming,
      snapshot: record.snapshot,
      tables: tables.map(({ name, source, columns, leftOut }, index) => ({
        name,
        source,
        file: written[index]?.file ?? "",
        rows: written[index]?.rows ?? 0,
        columns: columns.map((column) => ({
          name: column.name,
          type: typeNames[column.sqlType],
          required: column.required,
        })),
        leftOut: [...leftOut],
        escaped: { ...written[index]?.escaped },
      })),
      files,
    }));
  } catch (error) {
    await folder.discard();
    throw error;
  }
}
