import { openArchive } from "../convexFormat/archive.js";
import { decodeValue } from "../convexFormat/decodeValue.js";
import { lines } from "../convexFormat/lines.js";
import { mappedTables, movedFields } from "./oldDocuments.js";
import { type Check, checked } from "./step.js";

/** No document holds a moved field any more. */
export async function noOldField(path: string): Promise<Check> {
  const archive = await openArchive(path);
  try {
    const findings: string[] = [];
    let looked = 0;
    for (const table of archive.tables.filter(({ name }) => mappedTables.has(name))) {
      for await (const { bytes } of lines(await table.open())) {
        looked += 1;
        const document = decodeValue(bytes.toString("utf8")) as Readonly<Record<string, unknown>>;
        const standing = Object.keys(document).filter((field) => movedFields.has(`${table.name}.${field}`));
        if (standing.length > 0) findings.push(`${table.name} ${document._id}: ${standing.join(", ")}`);
      }
    }
    return checked("no old field stands after cleanup", looked, findings);
  } finally {
    await archive.close();
  }
}
