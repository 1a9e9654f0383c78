/**
 * `npm run test:mutants -- [room …] [--every 10]`: plants StrykerJS's mistakes in the rooms one after another, all or every tenth of
 * them, and tells which no test notices.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Journal } from "./journal.js";
import { type Mutant, mutantsOf } from "./mutantsOf.js";
import { rooms } from "./rooms.js";

/** A mutant that is on for so long never ends: whatever a busy machine adds, its tests take seconds. In ms. */
const patience = 240_000;
/** Mutants of loading code that one process plays: each keeps all modules of the room. */
const loadedAtOnce = 25;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { every: { type: "string", default: "1" } },
});
const names = positionals.length > 0 ? positionals : Object.keys(rooms);
const folder = process.env.UNNEST_MUTANTS ?? (await mkdtemp(join(tmpdir(), "unnest-mutants-")));
await mkdir(folder, { recursive: true });
for (const name of names) await playRoom(name);

async function playRoom(name: string): Promise<void> {
  const room = rooms[name];
  if (room === undefined) throw new RangeError(`${name} is none of ${Object.keys(rooms).join(", ")}`);
  const journal = new Journal(join(folder, `${name}.jsonl`));
  const { mutants } = await mutantsOf(room, Number(values.every));
  const ids = new Set(mutants.map(({ id }) => id));
  while (!journal.read().isDone) await runProcess(name, journal);
  for (;;) {
    const { loading, verdicts } = journal.read();
    const left = loading.filter((id) => ids.has(id) && !verdicts.has(id)).slice(0, loadedAtOnce);
    if (left.length === 0) break;
    await runProcess(name, journal, left);
  }
  report(name, mutants, journal);
}

/** Runs a process until it ends, or hangs; what it was at is noted then. @throws where it gets no further */
async function runProcess(name: string, journal: Journal, loading: readonly string[] = []): Promise<void> {
  const before = journal.read().lines;
  const env = {
    ...process.env,
    UNNEST_ROOM: name,
    UNNEST_JOURNAL: journal.path,
    UNNEST_EVERY: values.every,
    UNNEST_LOADING: loading.join(","),
  };
  const args = ["vitest", "run", "--config", "test/mutants/vitest.config.ts"];
  const child = spawn("npx", args, { env, stdio: ["ignore", "ignore", "pipe"], detached: true });
  let errors = "";
  child.stderr.on("data", (text: Buffer) => {
    errors = (errors + text.toString()).slice(-4_000);
  });
  const hung = await hangs(child, journal);
  const { lines, begun } = journal.read();
  if (begun !== null && hung) journal.write({ id: begun, status: "timeout" });
  if (lines === before) throw new Error(`${name}: the process found nothing\n${errors}`);
}

/** Waits for a process to end; kills it, and gives true, once a mutant has been on too long. */
async function hangs(child: ChildProcess, journal: Journal): Promise<boolean> {
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let lines = journal.read().lines;
  for (let since = Date.now(); ; ) {
    await Promise.race([ended, wait(1_000)]);
    if (child.exitCode !== null || child.signalCode !== null) return false;
    const now = journal.read();
    if (now.lines !== lines || now.begun === null) since = Date.now();
    lines = now.lines;
    if (Date.now() - since < patience) continue;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    await ended;
    return true;
  }
}

function report(name: string, mutants: readonly Mutant[], journal: Journal): void {
  const { verdicts, failing } = journal.read();
  const statusOf = ({ id }: Mutant) => verdicts.get(id)?.status ?? "uncovered";
  const noticed = mutants.filter((mutant) => statusOf(mutant) === "killed" || statusOf(mutant) === "timeout");
  for (const mutant of mutants) {
    if (noticed.includes(mutant)) continue;
    const { file, line, original, replacement } = mutant;
    process.stdout.write(`${statusOf(mutant)} ${file}:${line} ${original} → ${replacement}\n`);
  }
  for (const test of failing) process.stdout.write(`fails without a mutant: ${test}\n`);
  const sample = values.every === "1" ? "" : ` (every ${values.every}th of the room's)`;
  const share = ((100 * noticed.length) / mutants.length).toFixed(1);
  process.stdout.write(`${name}: ${noticed.length} of ${mutants.length} mutants noticed, ${share} %${sample}\n`);
}
