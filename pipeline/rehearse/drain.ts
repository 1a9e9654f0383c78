import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { openRemote, type RemoteDeployment } from "../remote/openRemote.js";
import type { DeploymentStatus } from "../remote/phaseStatus.js";
import { probe } from "../remote/probe.js";
import { type RetryOptions, withRetries } from "../remote/withRetries.js";
import type { Rehearsal } from "./rehearsal.js";
import { type Check, checked, type Figure, timed } from "./step.js";

/** A job that failed once is tried again after half a minute. */
const longest = 120_000;
const pause = 250;

const folded = z.looseObject({ more: z.boolean() });

/**
 * Waits until the deployment has worked off its jobs and touches. It does so by itself every ten seconds; what is called here is what an
 * operator may call who does not want to wait.
 */
export async function drain(rehearsal: Rehearsal): Promise<{ readonly figures: Figure[]; readonly check: Check }> {
  const remote = remoteOf(rehearsal);
  const retries = retriesOf(rehearsal);
  const began = performance.now();
  for (;;) {
    await withRetries(() => remote.mutation("workOffJobs", {}, z.unknown()), retries);
    const { phases } = await probe(remote, retries);
    const open = phases.filter(({ jobsOpen, touches }) => jobsOpen !== 0 || touches !== 0);
    const setAside = phases.filter(({ jobsSetAside }) => jobsSetAside !== 0);
    const waited = performance.now() - began;
    if (open.length === 0 || waited > longest || rehearsal.signal.aborted) {
      const named = [
        ...open.map(({ migrationId, jobsOpen, touches }) => `${migrationId}: ${jobsOpen} jobs, ${touches} touches`),
        ...setAside.map(({ migrationId, jobsSetAside }) => `${migrationId}: ${jobsSetAside} jobs set aside`),
      ];
      const check = checked("jobs and touches are worked off", phases.length, named);
      return { figures: [timed("seconds until drained", waited / 1000, "seconds")], check };
    }
    for (let more = true; more && performance.now() - began < longest; )
      more = (await withRetries(() => remote.mutation("foldTouches", { before: Date.now() + 1 }, folded), retries))
        .more;
    await wait(pause);
  }
}

/** Asks the deployment about itself. */
export async function statusOf(rehearsal: Rehearsal): Promise<DeploymentStatus> {
  return await probe(remoteOf(rehearsal), retriesOf(rehearsal));
}

function remoteOf({ target, signal }: Pick<Rehearsal, "target" | "signal">): RemoteDeployment {
  const { url, adminKey } = target;
  return openRemote({ url, adminKey, mount: "unnest", timeout: 60_000, signal });
}

function retriesOf({ signal }: Pick<Rehearsal, "signal">): RetryOptions {
  const sleep = async (milliseconds: number): Promise<void> => await wait(milliseconds, undefined, { signal });
  return { attempts: 6, sleep, random: Math.random, onRetry: () => {} };
}
