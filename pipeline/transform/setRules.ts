/** The set rules of `sql/`: what needs many documents. Each file is one SELECT; here they are run in their order. */
import { qualified } from "../db/quote.js";
import { type SqlFile, selectOf, sqlFiles } from "../db/sqlFiles.js";
import { UnnestError } from "../errors.js";
import { inSqlFile } from "../run/inSqlFile.js";
import type { StageContext } from "../stage.js";
import { finishTable } from "./finishTable.js";

/**
 * First the relations of `sql/staging/`, which several rules share. Then, for each normalized table in foreign-key
 * order: run its set rule, if it has one, and finish it. Entries of `sql/ledger/` follow, since they look at finished tables.
 */
export async function runSetRules(
  context: StageContext,
  tableNumbers: Readonly<Record<string, number>>,
): Promise<void> {
  const { database, model, options, progress, signal } = context;
  const rules = new Map(sqlFiles("model").map((file) => [file.name, file]));
  await runGuards(context);
  const create = (folder: string, file: SqlFile): Promise<void> =>
    inSqlFile(folder, file.name, () =>
      database.run(`CREATE TABLE ${qualified("staging", file.name)} AS ${selectOf(file)}`),
    );
  for (const file of sqlFiles("staging")) await create("staging", file);
  progress.start("set rules", model.normalized.length, "rows");
  for (const table of model.normalized) {
    signal.throwIfAborted();
    if (table.option === null || options.with.includes(table.option)) {
      const rule = rules.get(table.name);
      if (rule !== undefined) await create("model", rule);
      await finishTable(context, table, tableNumbers[table.name] ?? 0);
    }
    progress.advance(1);
  }
  for (const file of sqlFiles("ledger")) {
    await inSqlFile("ledger", file.name, () => database.run(`INSERT INTO ledger.entries BY NAME ${selectOf(file)}`));
  }
  progress.finish();
}

/** What must hold before set rules may merge anything; an offender stops the run. */
async function runGuards({ database }: StageContext): Promise<void> {
  for (const guard of sqlFiles("guards")) {
    const [offender] = await inSqlFile("guards", guard.name, () =>
      database.rows<{ offender: string }>(`${selectOf(guard)} LIMIT 1`),
    );
    if (offender !== undefined) {
      throw new UnnestError(
        "GUARD_BROKEN",
        `The rule ${guard.name} does not hold for ${offender.offender}; rows would be merged that differ.`,
        { rule: guard.name, offender: offender.offender },
      );
    }
  }
}
