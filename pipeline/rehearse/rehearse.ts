import { basename } from "node:path";
import { performance } from "node:perf_hooks";
import { openCharts } from "../page/charts.js";
import { watchMemory } from "../run/memorySampler.js";
import type { Progress } from "../run/progress.js";
import { toolVersion } from "../run/version.js";
import { writeFileWhole } from "../run/writeFileWhole.js";
import { plain } from "../terminal/paint.js";
import { type Launch, runCommand, startCommand } from "./childCommands.js";
import type { FaultSchedule } from "./faultSchedule.js";
import { renderRehearsalPage } from "./page/renderRehearsalPage.js";
import { playSteps } from "./playSteps.js";
import type { Commands, DocumentRules, RehearsalOptions } from "./rehearsal.js";
import { prepareRehearsal, removeWork } from "./rehearsalDirectory.js";
import { rehearsalPaths } from "./rehearsalPaths.js";
import type { RehearsalReport } from "./rehearsalReport.js";
import { renderRehearsal } from "./renderRehearsal.js";
import { steps } from "./steps.js";
import type { Target } from "./target.js";
import type { Traffic } from "./traffic.js";

export interface RehearseOptions extends RehearsalOptions {
  /** The rehearsal's directory. */
  readonly root: string;
  /** Leaves exports and runs where they are. */
  readonly keep: boolean;
  readonly sha256: string;
  /** Closed at the end. */
  readonly target: Target;
  readonly schedule: FaultSchedule;
  readonly rules: DocumentRules;
  /** The users, once the deployment is filled; null where nobody writes. */
  readonly openTraffic: (() => Promise<Traffic>) | null;
  /** More arguments for `import`, such as the deployment's class. */
  readonly importOptions: readonly string[];
  /** How the commands are started; url and key of the target are added. */
  readonly launch: Omit<Launch, "signal">;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Plays a whole migration and writes down how it went, `rehearsal.json`, `rehearsal.txt` and `rehearsal.html`.
 *
 * Throws NOT_A_REHEARSAL, INTERRUPTED; a step that fails is in the report.
 */
export async function rehearse(options: RehearseOptions): Promise<RehearsalReport> {
  try {
    return await play(options);
  } finally {
    await options.target.close();
  }
}

async function play(options: RehearseOptions): Promise<RehearsalReport> {
  const { snapshot, seed, users, traffic, faults, target, sha256 } = options;
  const paths = rehearsalPaths(options.root);
  await prepareRehearsal(paths);
  const began = performance.now();
  const peak = watchMemory();
  const people = options.openTraffic === null ? null : lazyTraffic(options.openTraffic);
  const { steps: played, failure } = await playSteps(
    {
      options: { snapshot, seed, users, traffic, faults },
      paths,
      target,
      traffic: people,
      rules: options.rules,
      faults: options.schedule,
      importOptions: options.importOptions,
      commands: commandsAgainst({ ...options.launch, signal: options.signal }, target),
      progress: options.progress,
      signal: options.signal,
      documents: 0,
      answers: null,
    },
    steps,
  );
  const report: RehearsalReport = {
    tool: toolVersion(),
    verdict: failure === null ? "passed" : "failed",
    failure,
    snapshot: { name: basename(snapshot), sha256 },
    deployment: target.kind,
    ...{ seed, users, traffic, faults },
    seconds: (performance.now() - began) / 1000,
    peakBytes: peak(),
    steps: [...played],
    actions: [...(people?.log.actions ?? [])].map(([action, count]) => ({ action, ...count })),
  };
  await writeFileWhole(paths.report, `${JSON.stringify(report, null, 2)}\n`);
  await writeFileWhole(paths.text, renderRehearsal(report, plain));
  await writeFileWhole(paths.page, renderRehearsalPage(report, await openCharts()));
  if (!options.keep) await removeWork(paths);
  return report;
}

/** Users are looked up in the deployment, which the first step fills. */
function lazyTraffic(open: () => Promise<Traffic>): Traffic {
  let opened: Promise<Traffic> | null = null;
  let log: Traffic["log"] = { actions: new Map(), unexpected: [], changed: 0, written: () => new Map() };
  const users = async (): Promise<Traffic> => {
    opened ??= open();
    const traffic = await opened;
    log = traffic.log;
    return traffic;
  };
  return {
    play: async (round) => await (await users()).play(round),
    ask: async (questions) => await (await users()).ask(questions),
    get log() {
      return log;
    },
  };
}

/** The key travels in the environment, never as an argument. */
function commandsAgainst(launch: Launch, { url, adminKey }: Target): Commands {
  const { CONVEX_URL: _, CONVEX_DEPLOY_KEY: __, ...environment } = launch.environment;
  const aimed: Launch = {
    ...launch,
    environment: { ...environment, CONVEX_SELF_HOSTED_URL: url, CONVEX_SELF_HOSTED_ADMIN_KEY: adminKey },
  };
  return {
    run: async (args, mayEndWith) => await runCommand(aimed, args, mayEndWith),
    start: (args) => startCommand(aimed, args),
    against: (target) => commandsAgainst(launch, target),
  };
}
