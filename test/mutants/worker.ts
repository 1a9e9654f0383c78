/**
 * The one "test file" of a process that plays mutants: it collects the tests of a room, and its own test plays them again and again.
 * A test that fails under a mutant has noticed it only if it passes right afterwards without: what a mutant leaves behind in a
 * module's state must not pass for the next one's fault. Where it does not, the process ends, and another goes on.
 */
import fc from "fast-check";
import { describe, inject, type RunnerTestCase, type RunnerTestSuite, test, vi } from "vitest";
import { getCurrentSuite } from "vitest/suite";
import { seedOfRun } from "../setup/seed.js";
import { Journal } from "./journal.js";
import { filesBelow, type Mutant } from "./mutantsOf.js";
import { playTests, testsIn } from "./playTests.js";
import { rooms } from "./rooms.js";

/** What mutated code reads and writes. */
interface Switch {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  readonly mutantCoverage: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
}
// Every module keeps the object that it finds, so there is one.
const active: Switch = { mutantCoverage: { static: {}, perTest: {} } };
(globalThis as { __stryker__?: Switch }).__stryker__ = active;

const journal = new Journal(process.env.UNNEST_JOURNAL ?? "");
const loading = (process.env.UNNEST_LOADING ?? "").split(",").filter((id) => id !== "");
const room = rooms[process.env.UNNEST_ROOM ?? ""];
const files = (await Promise.all((room?.tests ?? []).map((folder) => filesBelow(folder, ".test.ts")))).flat();
// A counter-example is enough: the least one would take long. Fewer cases than usual find the coarse mistakes that mutants are.
fc.configureGlobal({ seed: seedOfRun(), endOnFailure: true, numRuns: 25 });

/** Collects the room's tests below a suite of that name. */
function collect(name: string, onLoad: () => void = () => undefined): void {
  describe(name, async () => {
    onLoad();
    for (const file of files) {
      try {
        await import(`${process.cwd()}/${file}`);
      } catch (error) {
        test(`${file} loads`, () => {
          throw error;
        });
      }
    }
  });
}

const own = getCurrentSuite();
if (loading.length === 0) collect("room");
for (const id of loading)
  collect(id, () => {
    vi.resetModules();
    active.activeMutant = id;
  });

test("play the mutants", { timeout: 0 }, async ({ task }) => {
  void own;
  const suites = task.file.tasks.filter((found): found is RunnerTestSuite => found.type === "suite");
  active.activeMutant = undefined;
  if (loading.length === 0) for (const suite of suites) await playAll(suite);
  else for (const suite of suites) await playLoaded(suite);
});

/** Mutants of code that runs while modules load: each has loaded its own. */
async function playLoaded(suite: RunnerTestSuite): Promise<void> {
  const { failing } = journal.read();
  journal.write({ begin: suite.name });
  // What the tests load while they run must not be what the suite before them loaded.
  vi.resetModules();
  const by = await noticed(
    suite.name,
    suite,
    testsIn(suite).filter((test) => !failing.has(nameOf(test))),
  );
  journal.write(
    by === null ? { id: suite.name, status: "survived" } : { id: suite.name, status: "killed", by: nameOf(by) },
  );
}

/** All others, one after another, over modules that were loaded once. */
async function playAll(suite: RunnerTestSuite): Promise<void> {
  const { verdicts } = journal.read();
  const { hits, covering } = await playWithout(suite);
  let isFirst = true;
  for (const mutant of inject("mutants") as readonly Mutant[]) {
    const { id } = mutant;
    const tests = covering.get(id) ?? [];
    if (verdicts.has(id) || (tests.length === 0 && id in hits.static)) continue;
    if (tests.length === 0) {
      journal.write({ id, status: "uncovered" });
      continue;
    }
    journal.write({ begin: id });
    const by = await noticed(id, suite, tests, 1_000 + 100 * (hits.total.get(id) ?? 0));
    const isClean = by === null || (await noticed(undefined, suite, [by])) === null;
    if (!isClean && !isFirst) return;
    if (by !== null) journal.write({ id, status: "killed", by: nameOf(by) });
    else if (!(id in hits.static)) journal.write({ id, status: "survived" });
    if (!isClean) return;
    isFirst = false;
  }
  journal.write({ loading: Object.keys(hits.static) });
  journal.write({ done: true });
}

/** Plays the tests, one after another, until one fails, which is given back; null when all pass. */
async function noticed(
  id: string | undefined,
  suite: RunnerTestSuite,
  tests: readonly RunnerTestCase[],
  hitLimit?: number,
): Promise<RunnerTestCase | null> {
  let by: RunnerTestCase | null = null;
  Object.assign(active, { activeMutant: id, hitCount: 0, hitLimit, currentTestId: undefined });
  for (const test of tests) {
    const failed = await playTests(suite, { has: (other) => other === test, end: (_, error) => error !== undefined });
    if (!failed) continue;
    by = test;
    break;
  }
  Object.assign(active, { activeMutant: undefined, hitCount: undefined });
  vi.useRealTimers();
  vi.restoreAllMocks();
  return by;
}

/** Plays all tests without a mutant: which pass, and what they come by. */
async function playWithout(suite: RunnerTestSuite) {
  const { perTest, static: whileLoading } = active.mutantCoverage;
  const passing = new Set<RunnerTestCase>();
  const failing: string[] = [];
  const took = new Map<RunnerTestCase, number>();
  let begun = process.cpuUsage();
  await playTests(suite, {
    has: () => true,
    begin: (task) => {
      active.currentTestId = task.id;
      begun = process.cpuUsage();
    },
    end: (task, error) => {
      if (task.type === "suite") return false;
      took.set(task, process.cpuUsage(begun).user);
      if (error === undefined) passing.add(task);
      else failing.push(nameOf(task));
      return false;
    },
  });
  journal.write({ failing });
  const total = new Map<string, number>();
  for (const counts of Object.values(perTest))
    for (const [id, count] of Object.entries(counts)) total.set(id, (total.get(id) ?? 0) + count);
  const covering = new Map<string, RunnerTestCase[]>();
  // The quickest first: most mutants are noticed by any test that comes by.
  for (const test of [...passing].sort((left, right) => (took.get(left) ?? 0) - (took.get(right) ?? 0))) {
    const ids = [test, ...suitesOf(test)].flatMap(({ id }) => Object.keys(perTest[id] ?? {}));
    for (const id of new Set(ids)) covering.set(id, [...(covering.get(id) ?? []), test]);
  }
  return { covering, hits: { static: whileLoading, total } };
}

function suitesOf(test: RunnerTestCase): RunnerTestSuite[] {
  const suites: RunnerTestSuite[] = [];
  for (let suite = test.suite; suite !== undefined; suite = suite.suite) suites.push(suite);
  return suites;
}

function nameOf(task: RunnerTestCase): string {
  return [
    ...suitesOf(task)
      .slice(0, -1)
      .map(({ name }) => name)
      .reverse(),
    task.name,
  ].join(" > ");
}
