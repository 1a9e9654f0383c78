/**
 * A deployment as the commands of a phase meet it: the embedded one, behind its server, with the application of the fixtures, a small
 * world in it, and functions by which tests look into it.
 */
import { type GenericMutationCtx, internalMutationGeneric, internalQueryGeneric } from "convex/server";
import { type JSONValue, jsonToConvex } from "convex/values";
import { afterEach } from "vitest";
import type { Phase } from "../../convex/phases.js";
import { readersOf } from "../../convex/read/shadowReaders.js";
import type { DataModel } from "../../convex/runtime.js";
import { transitionalSchema } from "../../convex/schema/transitionalSchema.js";
import { startSync } from "../../convex/sync/sync.js";
import { syncPart } from "../../convex/sync/syncPart.js";
import { applicationModules } from "../../fixtures/application/modules.js";
import { EmbeddedDeployment } from "../../pipeline/embedded/embeddedDeployment.js";
import type { FaultPlan } from "../../pipeline/embedded/faults/faultPlan.js";
import { serve } from "../../pipeline/embedded/serve.js";
import { transforms } from "../../transforms/index.js";
import { aCall, aConversation, aMessage, aUser } from "../convex/documents.js";

export const name = "embedded-1";
export const adminKey = `${name}|5ec7e7000000000000000000f00dcafe`;

type Fields = Record<string, unknown> & { _id: string };

const testing = {
  insert: internalMutationGeneric({
    handler: async ({ db }, { table, document }: { table: string; document: object }) =>
      await db.insert(table, document as never),
  }),
  patch: internalMutationGeneric({
    handler: async ({ db }, { id, fields }: { id: string; fields: object }) =>
      await db.patch(id as never, fields as never),
  }),
  remove: internalMutationGeneric({ handler: async ({ db }, { id }: { id: string }) => await db.delete(id as never) }),
  all: internalQueryGeneric({
    handler: async ({ db }, { table }: { table: string }) => await db.query(table).collect(),
  }),
  /** Syncs all parts of a phase's documents, as a backfill does in the end. */
  fill: internalMutationGeneric({
    handler: async (ctx, { phase }: { phase: Phase }) => {
      const sync = await startSync(ctx as unknown as GenericMutationCtx<DataModel>);
      for (const transform of transforms.filter((part) => part.phase === phase && part.option === undefined))
        for (const { _id } of await sync.db.query(transform.table).collect()) await syncPart(sync, transform, _id);
    },
  }),
};

export class Served {
  constructor(
    readonly deployment: EmbeddedDeployment,
    readonly url: string,
    /** How often calls met a fault, by its name. */
    readonly faultsMet: ReadonlyMap<string, number>,
  ) {}

  /** Calls a function past the server. */
  async call(kind: "query" | "mutation", path: string, args: object): Promise<unknown> {
    const result = await this.deployment.call(kind, path, args as JSONValue, { admin: true });
    if (result.status !== "success") throw new Error(`${path}: ${JSON.stringify(result)}`);
    return jsonToConvex(result.value);
  }

  async insert(table: string, document: object): Promise<string> {
    return String(await this.call("mutation", "testing:insert", { table, document }));
  }

  async patch(id: string, fields: object): Promise<void> {
    await this.call("mutation", "testing:patch", { id, fields });
  }

  async remove(id: string): Promise<void> {
    await this.call("mutation", "testing:remove", { id });
  }

  async all(table: string): Promise<Fields[]> {
    return (await this.call("query", "testing:all", { table })) as Fields[];
  }

  async fill(phase: Phase): Promise<void> {
    await this.call("mutation", "testing:fill", { phase });
  }

  /** Takes a phase from off to `new`, backfilled and free of drift, without a buffer. */
  async climb(migrationId: Phase): Promise<void> {
    const to = (step: string): Promise<unknown> =>
      this.call("mutation", "unnest:switchStep", { migrationId, to: step, bufferDays: 0 });
    await to("dual-write");
    await this.fill(migrationId);
    await this.call("mutation", "unnest:markBackfilled", { migrationId, epoch: 1 });
    await to("shadow");
    await this.prove(migrationId);
    await to("new-then-old");
    await to("new");
  }

  async statusOf(migrationId: Phase): Promise<Record<string, unknown>> {
    const { phases } = (await this.call("query", "unnest:status", {})) as { phases: Record<string, unknown>[] };
    return phases.find((phase) => phase.migrationId === migrationId) ?? {};
  }

  /** Gives a phase all the evidence a step can ask for: a delta, and what `unnest verify` does. */
  async prove(migrationId: Phase): Promise<void> {
    const { deltasFrom: shows, verifications } = await this.statusOf(migrationId);
    const phase = { migrationId, epoch: 1 };
    const mark = (name: string, args: object) => this.call("mutation", `unnest:${name}`, { ...phase, shows, ...args });
    await mark("markDriftFree", { driftFree: true, differing: 0, moment: Date.now() });
    const verified = { began: Date.now(), looked: 1, differing: 0, waiting: 0 };
    for (const { part } of verifications as { part: string }[]) await mark("markVerified", { part, ...verified });
    for (const reader of readersOf(migrationId)) {
      const pass = { ...phase, reader, seed: 1, oneIn: 1, once: true };
      for (let cursor: unknown = null, isDone = false; !isDone; )
        ({ cursor, isDone } = (await this.call("mutation", "unnest:compareShadow", { ...pass, cursor })) as {
          cursor: unknown;
          isDone: boolean;
        });
    }
  }
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** Messages with tool calls, one of which repeats itself, and bookmarks with tags; behind a server that lives as long as the test. */
export async function aServedWorld(options: { faults?: FaultPlan; adminKey?: string } = {}): Promise<Served> {
  let state = 1;
  const random = (): number => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 31;
  };
  const modules = { ...applicationModules, testing };
  const deployment = await EmbeddedDeployment.create({ schema: transitionalSchema, modules, random });
  const serving = await serve(deployment, { adminKey, ...options });
  open.push(() => serving.close());
  const served = new Served(deployment, serving.url, serving.faultsMet);
  const user = await served.insert("users", aUser());
  const conversation = await served.insert("conversations", aConversation(user as never));
  for (let at = 0; at < 8; at++) {
    const calls = [aCall(`call-${at}`), aCall(at === 0 ? "call-0" : `other-${at}`, { result: '{"n":1}' })];
    const message = await served.insert("messages", aMessage(conversation as never, { toolCalls: calls }));
    const saved = { userId: user, messageId: message, conversationId: conversation, createdAt: 4 };
    await served.insert("bookmarks", { ...saved, tags: ["Work/Deep", `Tag ${at}`] });
  }
  return served;
}
