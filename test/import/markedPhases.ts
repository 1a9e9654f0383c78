/** What a deployment has been told of its phases. */
import type { EmbeddedDeployment } from "../../pipeline/embedded/embeddedDeployment.js";
import { call } from "./migratingWorld.js";

/** The phases that are free of drift. */
export async function driftFree(deployment: EmbeddedDeployment): Promise<readonly string[]> {
  const found = (await statusOf(deployment)).filter(({ driftFreeSince }) => driftFreeSince !== null);
  return found.map(({ migrationId }) => migrationId);
}

/** The phases whose import is done. */
export async function backfilled(deployment: EmbeddedDeployment): Promise<readonly string[]> {
  const found = (await statusOf(deployment)).filter((phase) => phase.backfilled);
  return found.map(({ migrationId }) => migrationId);
}

/** The documents that say so. */
export async function switchesOf(
  deployment: EmbeddedDeployment,
): Promise<readonly { readonly _id: string; readonly _creationTime: number }[]> {
  return (await call(deployment, "query", "testing:all", { table: "unnestSwitches" })) as never;
}

interface Status {
  readonly migrationId: string;
  readonly backfilled: boolean;
  readonly driftFreeSince: number | null;
}

async function statusOf(deployment: EmbeddedDeployment): Promise<readonly Status[]> {
  return ((await call(deployment, "query", "unnest:status", {})) as { phases: Status[] }).phases;
}
