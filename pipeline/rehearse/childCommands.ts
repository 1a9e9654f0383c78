/** Runs `unnest …` as a user would: a process of its own, which can be killed. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { z } from "zod";
import { UnnestError } from "../errors.js";

/** How a command ended. */
export interface Ended {
  /** Exit code, or the signal that ended it. */
  readonly code: number | string | null;
  /** The error it printed; null when it printed none. */
  readonly error: CommandFailure | null;
  /** Its last event of each kind, by the event's name. */
  readonly events: ReadonlyMap<string, unknown>;
  readonly seconds: number;
  /** Greatest resident memory; null where the system does not tell. */
  readonly peakBytes: number | null;
}

export interface CommandFailure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** A command while it runs. */
export interface RunningCommand {
  kill(): void;
  readonly ended: Promise<Ended>;
}

/** How the command is started, and with what environment. */
export interface Launch {
  /** The program and the arguments before the command's own. */
  readonly program: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Asks the command to stop. */
  readonly signal: AbortSignal;
}

const event = z.looseObject({ event: z.string() });
const errorEvent = z.object({ code: z.string(), message: z.string(), remedy: z.string() });
const memoryInterval = 250;

/** Starts a command with `--json`. */
export function startCommand({ program, environment, signal }: Launch, args: readonly string[]): RunningCommand {
  const [command, ...before] = program;
  const began = performance.now();
  const child = spawn(command, [...before, ...args, "--json"], {
    env: { ...environment },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const stop = (): void => void child.kill("SIGINT");
  signal.addEventListener("abort", stop, { once: true });
  const events = new Map<string, unknown>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const parsed = event.safeParse(parse(line));
    if (parsed.success) events.set(parsed.data.event, parsed.data);
  });
  const memory = watchPeak(child.pid);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, by) => {
      signal.removeEventListener("abort", stop);
      const failure = errorEvent.safeParse(events.get("error"));
      resolve({
        code: by ?? code,
        error: failure.success ? failure.data : null,
        events,
        seconds: (performance.now() - began) / 1000,
        peakBytes: memory(),
      });
    });
  });
  return { kill: () => void child.kill("SIGKILL"), ended };
}

/**
 * Runs a command to its end.
 *
 * @param mayEndWith exit codes that are no failure
 * @throws UnnestError REHEARSAL_COMMAND_FAILED
 */
export async function runCommand(
  launch: Launch,
  args: readonly string[],
  mayEndWith: readonly number[] = [0],
): Promise<Ended> {
  const ended = await startCommand(launch, args).ended;
  if (typeof ended.code === "number" && mayEndWith.includes(ended.code)) return ended;
  throw commandFailed(args, ended);
}

export function commandFailed(args: readonly string[], { code, error }: Ended): UnnestError {
  return new UnnestError(
    "REHEARSAL_COMMAND_FAILED",
    `\`unnest ${args.slice(0, 2).join(" ")}\` ended with ${code}: ${error?.message ?? "it printed no error"}`,
    { code: error?.code },
    error === null ? {} : { remedy: error.remedy },
  );
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Linux keeps the mark of the highest; elsewhere nobody tells of another process. */
function watchPeak(pid: number | undefined): () => number | null {
  let peak: number | null = null;
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB/m.exec(status) ?? [];
    if (kibibytes !== undefined) peak = Math.max(peak ?? 0, Number(kibibytes) * 1024);
  }, memoryInterval);
  timer.unref();
  return () => {
    clearInterval(timer);
    return peak;
  };
}
