import { openArchive } from "../convexFormat/archive.js";
import { lines } from "../convexFormat/lines.js";
import { type Check, checked } from "./step.js";

/** These tables of an export are empty. */
export async function noRows(name: string, path: string, tables: readonly string[]): Promise<Check> {
  const archive = await openArchive(path);
  try {
    const findings: string[] = [];
    for (const table of archive.tables.filter((one) => one.component === "" && tables.includes(one.name))) {
      let rows = 0;
      for await (const _ of lines(await table.open())) rows += 1;
      if (rows > 0) findings.push(`${table.name}: ${rows} rows`);
    }
    return checked(name, tables.length, findings);
  } finally {
    await archive.close();
  }
}
