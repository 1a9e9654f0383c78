import { documentsBy } from "../documents.js";
import { authorityOf } from "../phases.js";
import { phaseOf } from "../sync/sync.js";
import { partMoving } from "./concerns.js";
import type { DualWrite } from "./dualWrite.js";

/** A field's last direct write is known to the hour, so that its record, which all users share, costs few conflicts. */
const recordedFor = 3_600_000;

/**
 * Records that a write named moved fields outside a helper, while their phase is on and the old side is the truth: cleanup looks
 * whether any was within its buffer. One index range a moved field and transaction.
 */
export async function recordOldFieldWrites(
  { sync, recorded }: DualWrite,
  table: string,
  fields: readonly string[],
): Promise<void> {
  for (const field of fields) {
    const name = `${table} ${field}`;
    const part = partMoving(table, field);
    if (part === null || recorded.has(name)) continue;
    const { step } = phaseOf(sync, part);
    if (step === "off" || authorityOf(step) === "new") continue;
    recorded.add(name);
    await record(sync.db, table, field);
  }
}

async function record(db: DualWrite["sync"]["db"], table: string, field: string): Promise<void> {
  const at = Date.now();
  const [last] = await documentsBy(db, "unnestOldFieldWrites", "by_table_field", [
    ["table", table],
    ["field", field],
  ]);
  if (last === undefined) await db.insert("unnestOldFieldWrites", { table, field, at });
  else if (Number(last.at) <= at - recordedFor) await db.patch(last._id, { at });
}
