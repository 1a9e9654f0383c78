/** Plays tests that were collected, as often as wanted, without a new process: that is what makes thousands of mutants affordable. */
import type { RunnerTestCase, RunnerTestSuite } from "vitest";
import { getFn, getHooks } from "vitest/suite";

type Hook = (...given: never[]) => unknown;

export interface Wanted {
  /** Which tests are played. */
  has(test: RunnerTestCase): boolean;
  /** Told what is about to run: a test, or, for its `beforeAll` and `afterAll`, a suite. */
  begin?(task: RunnerTestCase | RunnerTestSuite): void;
  /** Told how a test ended, or with the suite, that a `beforeAll` or `afterAll` failed; true ends everything. */
  end(task: RunnerTestCase | RunnerTestSuite, error: unknown): boolean;
}

/** Plays a suite's wanted tests one after another, with all hooks. @returns true when `end` ended it */
export async function playTests(suite: RunnerTestSuite, wanted: Wanted, around: Around = none): Promise<boolean> {
  if (!testsIn(suite).some((test) => wanted.has(test))) return false;
  const { beforeAll, afterAll, beforeEach, afterEach } = getHooks(suite);
  const inner = { before: [...around.before, ...beforeEach], after: [...afterEach, ...around.after] };
  const undo: Hook[] = [...afterAll];
  wanted.begin?.(suite);
  const failed = await failure(async () => {
    for (const hook of beforeAll) keepUndo(undo, await call(hook, suite));
  });
  let ended = failed !== undefined && wanted.end(suite, failed);
  for (const task of failed === undefined ? suite.tasks : []) {
    if (ended) break;
    if (task.type === "suite") ended = await playTests(task, wanted, inner);
    else if (wanted.has(task)) ended = await playTest(task, wanted, inner);
  }
  wanted.begin?.(suite);
  const undone = await failure(async () => {
    for (const hook of undo) await call(hook, suite);
  });
  return ended || (undone !== undefined && wanted.end(suite, undone));
}

interface Around {
  readonly before: readonly Hook[];
  readonly after: readonly Hook[];
}

const none: Around = { before: [], after: [] };

async function playTest(test: RunnerTestCase, wanted: Wanted, { before, after }: Around): Promise<boolean> {
  wanted.begin?.(test);
  const undo: Hook[] = [...after];
  let failed = await failure(async () => {
    for (const hook of before) keepUndo(undo, await call(hook, test.context));
    await getFn(test)();
  });
  for (const hook of undo) failed = (await failure(async () => await call(hook, test.context))) ?? failed;
  return wanted.end(test, failed);
}

/** All tests below a suite. */
export function testsIn(suite: RunnerTestSuite): RunnerTestCase[] {
  return suite.tasks.flatMap((task) => (task.type === "suite" ? testsIn(task) : [task]));
}

async function call(hook: Hook, given: unknown): Promise<unknown> {
  return await hook(given as never, given as never);
}

/** What a hook gives back, if that is a function, undoes it. */
function keepUndo(undo: Hook[], given: unknown): void {
  if (typeof given === "function") undo.push(given as Hook);
}

async function failure(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error ?? new Error("failed without saying why");
  }
}
