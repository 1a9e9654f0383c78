/** What goes into the live deployment: the normalized rows as an export-format ZIP, the patches, and the ledger beside them. */
import { createReadStream, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeArchive } from "../convexFormat/archiveWriter.js";
import { readFacts } from "../parts/facts.js";
import type { Stage, StageContext, StageOutcome } from "../stage.js";
import { compareExisting } from "./existingRows.js";
import { ledgerSql, patchesSql } from "./ledgerFile.js";
import { packageRowsSql } from "./packageRows.js";
import { writeLines } from "./writeLines.js";

/** Bytes read at a time. */
const readBytes = 1 << 20;

/** A query's lines by way of a file: DuckDB sorts and writes them far faster than JavaScript would take them one by one. */
async function* linesOf(
  { database, paths, signal }: StageContext,
  sql: string,
  count: (rows: number) => void,
): AsyncGenerator<Buffer> {
  signal.throwIfAborted();
  const file = join(paths.spool, "package.jsonl");
  try {
    count(await database.copyLines(sql, file));
    for await (const chunk of createReadStream(file, { highWaterMark: readBytes })) {
      signal.throwIfAborted();
      yield chunk as Buffer;
    }
  } finally {
    rmSync(file, { force: true });
  }
}

async function run(context: StageContext): Promise<StageOutcome> {
  const { database, model, options, paths, progress } = context;
  const { tableNumbers } = await readFacts(database, model);
  await compareExisting(context);
  mkdirSync(dirname(paths.packageZip), { recursive: true, mode: 0o700 });
  mkdirSync(paths.spool, { recursive: true, mode: 0o700 });
  const tables = model.normalized.filter(({ option }) => option === null || options.with.includes(option));
  let rows = 0;
  progress.start("package", await database.count("SELECT count(*) FROM ledger.entries"), "rows");
  const { bytes } = await writeArchive(
    paths.packageZip,
    tables.map((table) => ({
      name: table.name,
      tableNumber: tableNumbers[table.name] ?? 0,
      lines: linesOf(context, packageRowsSql(table), (count) => {
        rows += count;
      }),
    })),
  );
  await writeLines(
    paths.patches,
    linesOf(context, patchesSql, () => {}),
  );
  await writeLines(paths.ledger, linesOf(context, ledgerSql, progress.advance));
  progress.finish();
  return { rows, bytes };
}

export const packageStage: Stage = {
  name: "package",
  title: "write package/snapshot.zip, package/patches.jsonl and ledger.jsonl",
  reads: ["raw", "normal", "ledger"],
  writes: ["meta.existing", "package/snapshot.zip", "package/patches.jsonl", "ledger.jsonl"],
  run,
};
