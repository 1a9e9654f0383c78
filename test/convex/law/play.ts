/** Plays a schedule in a deployment and says what does not hold afterwards. */
import { makeFunctionReference } from "convex/server";
import { ConvexError, type GenericId, type Value } from "convex/values";
import { vi } from "vitest";
import { type Phase, phases, type Step } from "../../../convex/phases.js";
import { all, type Deployment, deploy, put, setStep } from "../deployment.js";
import { aConversation, aUser } from "../documents.js";
import { asApplicationsDo } from "./applications.js";
import { type Call, planCorrections, planImport, planResync, split } from "./batches.js";
import { Expected, movedPhases } from "./expected.js";
import type { Event, Way } from "./schedule.js";
import { epochOf, faultsOf, type State, stateOf, stepOf } from "./state.js";
import { targetsOf } from "./targets.js";
import { act, mutate, type Targets, type UserCtx } from "./users.js";

/** What a batch, a write or an operator may be told; everything else is a fault. */
const refusals = new Set([
  ...["same_tag", "tags_of_different_owners", "tag_inside_itself"],
  ...["field_moved", "cross_owner_link", "switch_refused", "wrong_step"],
  ...["epoch_ended", "phase_off", "superseded"],
]);

/** The steps at which an operator can do so. */
const beforeCleanup: readonly Step[] = ["dual-write", "shadow", "new-then-old", "new"];
const reach: Readonly<Record<"cleanup" | "rebuild" | "abort" | "start" | "step", readonly Step[]>> = {
  cleanup: beforeCleanup,
  rebuild: ["cleaned", "returning"],
  abort: beforeCleanup,
  start: ["off"],
  step: beforeCleanup,
};

interface Walk {
  readonly name: "cleanupPage" | "rebuildPage" | "abortPage";
  readonly epoch: number;
  cursor: string | null;
}

/** How often each kind of event, and each outcome of a batch, came about. */
export type Census = Map<string, number>;

/** @returns what does not hold, each as a line; empty when all is well. */
export async function play(events: readonly Event[], census: Census = new Map()): Promise<string[]> {
  const player = await Player.start(census);
  for (const event of events) await player.play(event);
  return await player.end();
}

class Player {
  private readonly batches: Call[] = [];
  private readonly walks = new Map<Phase, Walk>();
  private readonly expected = new Expected();
  private readonly faults: string[] = [];
  private snapshots = 0;
  /** Did anything happen that only delta can find, or that an abort took away? */
  private needsDelta = false;
  private isBusy = false;

  private constructor(
    private readonly deployment: Deployment,
    private readonly census: Census,
    private readonly storageId: GenericId<"_storage">,
  ) {}

  static async start(census: Census): Promise<Player> {
    const deployment = deploy();
    const customInstructions = { aboutUser: "", responseStyle: "", enabled: true };
    const preferences = { theme: "dark", defaultModel: "auto", sendOnEnter: true, customInstructions } as const;
    for (const phase of phases) await setStep(deployment, phase, "dual-write");
    const users = [];
    for (const name of ["Ann", "Bob"]) users.push(await put(deployment, "users", aUser({ name, preferences })));
    const [ann, bob] = users as [(typeof users)[0], (typeof users)[0]];
    for (const userId of [ann, ann, bob]) {
      await put(deployment, "projects", { userId, name: "P", conversationIds: [], createdAt: 1, updatedAt: 1 });
      await put(deployment, "conversations", aConversation(userId, { messageCount: 0 }));
    }
    const storageId = await deployment.run(async ({ storage }) => await storage.store(new Blob(["file"])));
    const player = new Player(deployment, census, storageId);
    // All of this stands from before T0: it is the import's.
    player.needsDelta = true;
    for (const conversation of [0, 1])
      await player.send({ do: "send", way: "raw", conversation, calls: 2, urls: [0, conversation] });
    const [message] = await all(deployment, "messages");
    for (const userId of users) {
      await mutate(deployment, "raw", async ({ db }) => {
        if (message === undefined) return;
        const { _id: messageId, conversationId } = message;
        await db.insert("bookmarks", {
          userId,
          messageId,
          conversationId,
          tags: ["Work", "work", "Trip"],
          createdAt: 5,
        });
      });
    }
    return player;
  }

  async play(event: Event): Promise<void> {
    vi.setSystemTime(Date.now() + 1000);
    if (event.do === "snapshot") await this.snapshot();
    else if (event.do === "import") await this.sendBatch(event);
    else if (event.do === "fold") await this.call("foldTouches", {});
    else if (event.do === "jobs") await this.workOffJobs();
    else if (event.do === "delta") await this.delta();
    else if (event.do === "busy") this.isBusy = event.on;
    else if (event.do === "step") await this.step(event);
    else if (event.do === "cleanup" || event.do === "rebuild" || event.do === "abort" || event.do === "start")
      await this.operate(event);
    else await this.send(event);
  }

  private async send(event: Event): Promise<void> {
    const way: Way = "way" in event ? event.way : "wrapped";
    const state = await stateOf(this.deployment);
    const moved = movedPhases(state);
    if (way === "raw") {
      // Delta leaves phases out whose rows are the truth: what comes past the wrapper there is nobody's promise.
      if (moved.length > 0) return;
      this.needsDelta = true;
    }
    const targets = targetsOf(event, state, this.storageId);
    this.count(event.do);
    // A call that is refused does not come back to say so: it acted.
    let acted = true;
    const work = async (ctx: UserCtx) => {
      const asApplications = await asApplicationsDo(ctx, event, targets);
      if (asApplications === null) await act(ctx, event, targets);
      acted = asApplications ?? true;
    };
    const done = await this.tolerating(() => mutate(this.deployment, way, work, this.isBusy));
    if (moved.length > 0 && acted) this.count(done ? `${event.do} done` : `${event.do} refused`);
    // What a helper leaves to scheduled functions.
    if (event.do === "drop" || event.do === "rename" || event.do === "merge")
      await this.deployment.finishAllScheduledFunctions(vi.runAllTimers);
    if (done && acted && moved.length > 0) await this.expect(event, targets, state);
  }

  /** A document that is born under the new authority has what it was given. */
  private async expect(event: Event, targets: Targets, before: State): Promise<void> {
    this.expected.follow(event, targets, before);
    if (event.do !== "send" && event.do !== "branch" && event.do !== "join") return;
    const table = event.do === "join" ? "users" : "messages";
    const known = new Set(before[table]?.map(({ _id }) => _id));
    const born = (await all(this.deployment, table)).find(({ _id }) => !known.has(_id));
    if (born !== undefined) this.expected.born(born._id, event, targets);
  }

  private async snapshot(): Promise<void> {
    const state = await stateOf(this.deployment);
    const name = `s${this.snapshots++}`;
    this.batches.push(...planImport(state, name, 2), ...planResync(state, name), ...planCorrections(state, name));
  }

  /** A batch whose answer is lost is sent again; one that hit a limit is split and sent again. */
  private async sendBatch({ batch, cut }: Extract<Event, { do: "import" }>): Promise<void> {
    const chosen = this.batches[batch % Math.max(1, this.batches.length)];
    if (chosen === undefined) return;
    for (const one of cut ? split(chosen) : [chosen]) {
      await this.tolerating(async () => {
        const { outcomes = [chosen.name] } = (await this.call(one.name, one.args)) as { outcomes?: readonly string[] };
        for (const outcome of outcomes) this.count(outcome);
      });
    }
  }

  private async delta(): Promise<void> {
    const state = await stateOf(this.deployment);
    const name = `d${this.snapshots++}`;
    for (const { name: fn, args } of [...planResync(state, name), ...planCorrections(state, name)])
      await this.tolerating(() => this.call(fn, args));
  }

  private async operate({ do: what, phase: number, pages }: Extract<Event, { pages: number }>): Promise<void> {
    const before = await stateOf(this.deployment);
    const able = phases.filter((one) => reach[what].includes(stepOf(before, one)));
    const phase = able[number % Math.max(1, able.length)];
    if (phase === undefined) return;
    const step = stepOf(before, phase);
    if (what === "start") {
      if (!(await this.tolerating(() => this.call("switchStep", { migrationId: phase, to: "dual-write" })))) return;
      this.needsDelta = true;
      await this.stopTicking();
      return;
    }
    if (what === "cleanup" && step !== "new") await this.advance(phase, before);
    const start = { cleanup: "startCleanup", rebuild: "startRebuild", abort: "startAbort" } as const;
    // Whatever an operator let pass, nothing may be lost: evidence is no part of the law.
    const unproven = ["not_backfilled", "not_drift_free", "nothing_compared", "verification_stale", "parts_differ"];
    const behind = ["old_jobs", "old_touches", "shadow_differences", "buffer_running", "old_field_writes"];
    const force = [...behind, ...unproven];
    const more = what === "cleanup" ? { force } : what === "abort" ? { valuesSaved: true } : {};
    let epoch = 0;
    const started = await this.tolerating(async () => {
      const answer = await this.call(start[what], { migrationId: phase, ...more });
      epoch = (answer as { epoch: number }).epoch;
    });
    if (started) {
      this.count(what);
      if (what === "cleanup") this.expected.begin(phase, before);
      if (what === "abort") this.needsDelta = true;
      this.walks.set(phase, { name: `${what}Page`, epoch, cursor: null });
    }
    await this.walk(phase, pages);
  }

  /** The tick goes on for ever; here the schedule says when to fold and to work off jobs. */
  private async stopTicking(): Promise<void> {
    await this.deployment.run(async ({ db, scheduler }) => {
      const scheduled = await db.system.query("_scheduled_functions").collect();
      for (const { _id, state } of scheduled) if (state.kind === "pending") await scheduler.cancel(_id);
    });
  }

  /** Among the steps before cleanup a phase goes up and down at will. */
  private async step({ phase: number, to }: Extract<Event, { do: "step" }>): Promise<void> {
    const state = await stateOf(this.deployment);
    const able = phases.filter((phase) => reach.step.includes(stepOf(state, phase)));
    const phase = able[number % Math.max(1, able.length)];
    if (phase !== undefined) await setStep(this.deployment, phase, to, epochOf(state, phase));
  }

  /** As far as `new`, whatever `switch` would ask for: that is tested elsewhere. */
  private async advance(phase: Phase, state: State): Promise<void> {
    await setStep(this.deployment, phase, "new", epochOf(state, phase));
  }

  private async walk(phase: Phase, pages: number): Promise<void> {
    const walk = this.walks.get(phase);
    for (let page = 0; walk !== undefined && page < pages; page++) {
      const { name, epoch, cursor } = walk;
      const before = await stateOf(this.deployment);
      let answer: { cursor: string | null; isDone: boolean } = { cursor: null, isDone: true };
      const walked = await this.tolerating(async () => {
        answer = (await this.call(name, { migrationId: phase, epoch, cursor, documents: 2 })) as typeof answer;
      });
      walk.cursor = answer.cursor;
      if (walked && !answer.isDone) continue;
      this.walks.delete(phase);
      if (name === "rebuildPage" && walked) await this.returned(phase, before);
      return;
    }
  }

  /** The old fields stand again. */
  private async returned(phase: Phase, before: State): Promise<void> {
    const after = await stateOf(this.deployment);
    if (stepOf(before, phase) !== "returning" || stepOf(after, phase) !== "new") return;
    this.faults.push(...(await this.expected.faults(this.deployment, after, [phase])));
    this.expected.forget(phase);
  }

  private async workOffJobs(): Promise<void> {
    await this.call("workOffJobs", {});
    await this.deployment.finishAllScheduledFunctions(vi.runAllTimers);
  }

  /** Jobs and touches are worked off; nothing else is begun. */
  private async drain(): Promise<void> {
    for (let round = 0; round < 12; round++) {
      vi.setSystemTime(Date.now() + 600_000);
      await this.workOffJobs();
      await this.call("foldTouches", {});
      await this.deployment.finishAllScheduledFunctions(vi.runAllTimers);
      const state = await stateOf(this.deployment);
      if (state.unnestJobs?.length === 0 && state.unnestTouches?.length === 0) return;
    }
    this.faults.push("jobs or touches do not drain");
  }

  async end(): Promise<string[]> {
    for (const phase of phases) await this.walk(phase, 200);
    await this.drain();
    if (!this.needsDelta) this.faults.push(...faultsOf(await stateOf(this.deployment)));
    await this.delta();
    await this.drain();
    const state = await stateOf(this.deployment);
    this.faults.push(...faultsOf(state));
    this.faults.push(...(await this.expected.faults(this.deployment, state, movedPhases(state))));
    return this.faults;
  }

  private count(what: string): void {
    this.census.set(what, (this.census.get(what) ?? 0) + 1);
  }

  private async call(name: string, args: Record<string, Value>): Promise<unknown> {
    return await this.deployment.mutation(makeFunctionReference<"mutation">(`unnest:${name}`), args);
  }

  /** @returns whether it was done. */
  private async tolerating(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const code = error instanceof ConvexError ? (error.data as { code?: string }).code : undefined;
      if (code === undefined || !refusals.has(code)) throw error;
      return false;
    }
  }
}
