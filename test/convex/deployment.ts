/** A deployment for tests: the transitional schema, with an application mounted on it. */

import { defineSchema, type GenericSchema, type WithoutSystemFields } from "convex/server";
import type { GenericId } from "convex/values";
import type { Doc } from "../../convex/documents.js";
import type { Phase, Step } from "../../convex/phases.js";
import type { DataModel } from "../../convex/runtime.js";
import { transitionalSchema } from "../../convex/schema/transitionalSchema.js";
import { startEngine, type TestConvex } from "./engine.js";

export type Deployment = TestConvex<typeof transitionalSchema>;

/** The application's modules as it mounts them; `_generated` tells `convex-test` where its root is. */
const modules = {
  "/app/_generated/api.ts": async () => ({}),
  "/app/accounts.ts": () => import("../../fixtures/application/accounts.js"),
  "/app/bookmarks.ts": () => import("../../fixtures/application/bookmarks.js"),
  "/app/conversations.ts": () => import("../../fixtures/application/conversations.js"),
  "/app/drafts.ts": () => import("../../fixtures/application/drafts.js"),
  "/app/labels.ts": () => import("../../fixtures/application/labels.js"),
  "/app/messages.ts": () => import("../../fixtures/application/messages.js"),
  "/app/notes.ts": () => import("../../fixtures/application/notes.js"),
  "/app/reads.ts": () => import("../../fixtures/application/reads.js"),
  "/app/shelves.ts": () => import("../../fixtures/application/shelves.js"),
  "/app/users.ts": () => import("../../fixtures/application/users.js"),
  "/app/unnest.ts": () => import("../../fixtures/application/unnest.js"),
};

/** An empty deployment, which enforces Convex's limits, or, where what was before is measured too, only counts. */
export function deploy(transactionLimits = true): Deployment {
  return startEngine({ schema: transitionalSchema, modules, transactionLimits });
}

/** The same of an application that mounts only some of the tables. */
export function deployTables(tables: GenericSchema): Deployment {
  return startEngine({ schema: defineSchema(tables), modules }) as unknown as Deployment;
}

/** Inserts a document past the wrapper, as `npx convex import` or the dashboard would. */
export async function put<Table extends keyof DataModel & string>(
  deployment: Deployment,
  table: Table,
  document: WithoutSystemFields<Doc<Table>>,
): Promise<GenericId<Table>> {
  return await deployment.run(async ({ db }) => await db.insert(table, document as never));
}

/** All documents of a table. */
export async function all<Table extends keyof DataModel & string>(
  deployment: Deployment,
  table: Table,
): Promise<Doc<Table>[]> {
  return (await deployment.run(async ({ db }) => await db.query(table).collect())) as Doc<Table>[];
}

/** Puts a phase at a step, whatever `switch` would say to it. */
export async function setStep(deployment: Deployment, phase: Phase, step: Step, epoch = 1): Promise<void> {
  await deployment.run(async ({ db }) => {
    const rows = await db.query("unnestSwitches").collect();
    const row = rows.find(({ migrationId }) => migrationId === phase);
    const state = { step, epoch, since: 0, backfilled: false };
    if (row === undefined) await db.insert("unnestSwitches", { migrationId: phase, ...state });
    else await db.patch(row._id, state);
  });
}
