/** What goes into the live deployment: the normalized rows as an export-format ZIP, the patches, and the ledger beside them. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { writeArchive } from "../convexFormat/archiveWriter.js";
import { qualified } from "../db/quote.js";
import type { TableModel } from "../model/types.js";
import { readFacts } from "../parts/facts.js";
import { tableRanges } from "../parts/tableRanges.js";
import type { Stage, StageContext, StageOutcome } from "../stage.js";
import { compareExisting } from "./existingRows.js";
import { ledgerSql, patchesSql } from "./ledgerFile.js";
import { packageRowsSql } from "./packageRows.js";
import { queryLines } from "./queryLines.js";
import { writeLines } from "./writeLines.js";

/** A table's lines; its ranges are cut when it is its turn. */
async function* tableLines(
  context: StageContext,
  table: TableModel,
  count: (rows: number) => void,
): AsyncGenerator<Buffer> {
  const ranges = await tableRanges(context.database, qualified("normal", table.name), table.columns);
  yield* queryLines(
    context,
    ranges.map((range) => packageRowsSql(table, range)),
    count,
  );
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
      lines: tableLines(context, table, (count) => {
        rows += count;
      }),
    })),
  );
  await writeLines(
    paths.patches,
    queryLines(context, [patchesSql], () => {}),
  );
  await writeLines(paths.ledger, queryLines(context, [ledgerSql], progress.advance));
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
