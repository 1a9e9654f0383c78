/** The export of an embedded deployment, in the form that Convex writes (spec 1, "The archive"). */
import { type JSONValue, jsonToConvex } from "convex/values";
import { canonicalEncoding } from "../../../transforms/index.js";
import { type WrittenTable, writeArchive } from "../../convexFormat/archiveWriter.js";
import type { EmbeddedDeployment } from "../embeddedDeployment.js";
import type { Table } from "../store/table.js";
import { storageTable } from "./planImport.js";

/**
 * Writes all tables of the application, and the metadata of files where there are any, into a ZIP: `"uniform"`, keys sorted, documents
 * in the order of their ids, tables with few documents first. No transaction runs meanwhile, so that the export is of one moment.
 * Memory does not grow with the tables; time is about that of decoding and compressing every document once.
 */
export async function exportSnapshot(
  deployment: Pick<EmbeddedDeployment, "store" | "exclusively">,
  path: string,
): Promise<void> {
  await deployment.exclusively(async () => {
    const { store } = deployment;
    const tables = store.userTables().toSorted((a, b) => a.size - b.size);
    const files = store.table(storageTable);
    if (files !== undefined && files.size > 0) tables.push(files);
    await writeArchive(path, tables.map(written));
  });
}

function written(table: Table): WrittenTable {
  return {
    name: table.name,
    tableNumber: table.number,
    lines: table.name === storageTable ? plainLines(table) : lines(table),
  };
}

async function* lines(table: Table): AsyncGenerator<string> {
  for (const { json } of table.inIdOrder()) yield canonicalEncoding(jsonToConvex(JSON.parse(json) as JSONValue));
}

/** An export says of no encoding for files, so that their numbers are plain JSON. */
async function* plainLines(table: Table): AsyncGenerator<string> {
  for (const { json } of table.inIdOrder()) yield json;
}
