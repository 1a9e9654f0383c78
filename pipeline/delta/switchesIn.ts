/** What an export shows of the phases' switches: read from one small table of the archive, so that it costs no load. */
import { z } from "zod";
import { type Phase, phases, type Step, steps } from "../../convex/schema/steps.js";
import type { Archive } from "../convexFormat/archive.js";
import { lines } from "../convexFormat/lines.js";
import { readDocument } from "../convexFormat/readDocument.js";
import type { Database } from "../db/database.js";

/** A phase's switch, as an export holds it. Times in ms since 1970. */
export interface ShownSwitch {
  readonly phase: Phase;
  /** Tells deployments apart. */
  readonly switchId: string;
  readonly step: Step;
  readonly epoch: number;
  readonly since: number;
  readonly backfilled: boolean;
  /** Grows with T0, the import's end, a rebuild's end, and drift that was found; 0 where there is none. */
  readonly deltasFrom: number;
}

const shown = z
  .object({
    _id: z.string(),
    migrationId: z.enum(phases),
    step: z.enum(steps),
    epoch: z.number(),
    since: z.number(),
    backfilled: z.boolean(),
    deltasFrom: z.number().nullish(),
  })
  .transform(
    ({ _id: switchId, migrationId: phase, deltasFrom, ...rest }): ShownSwitch => ({
      ...{ phase, switchId, ...rest },
      deltasFrom: deltasFrom ?? 0,
    }),
  );

/** The switches in an export; none where no phase was ever begun. A document that is no switch is left to the load. */
export async function switchesIn(archive: Archive): Promise<readonly ShownSwitch[]> {
  const table = archive.tables.find(({ component, name }) => component === "" && name === "unnestSwitches");
  const found: ShownSwitch[] = [];
  if (table === undefined) return found;
  for await (const line of lines(await table.open())) {
    const { success, data } = shown.safeParse(readDocument(line, table));
    if (success) found.push(data);
  }
  return found;
}

/** The switches of the export that a run has loaded. */
export async function switchesOfRun(database: Database): Promise<readonly ShownSwitch[]> {
  const rows = await database.rows(
    "SELECT _id, migrationId, step, epoch, since, backfilled, deltasFrom FROM raw.unnestSwitches WHERE _fault IS NULL",
  );
  return rows.flatMap((row) => {
    const { success, data } = shown.safeParse(row);
    return success ? [data] : [];
  });
}
