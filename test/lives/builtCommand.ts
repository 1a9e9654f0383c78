/** The command as users have it: compiled, with worker threads, in processes that can be killed. */
import { execFile, spawn } from "node:child_process";
import { copyFile, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export interface Ended {
  /** Exit code, or the signal that ended it. */
  readonly code: number | string | null;
  /** The code of the error it ended with, from `--json`; null when there was none. */
  readonly error: string | null;
  /** Labels of what it started, in order. */
  readonly labels: readonly string[];
  /** Stages that it took over from an earlier run. */
  readonly kept: readonly string[];
}

/** A process while it runs. */
export interface Running {
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

interface Start {
  /** Called with the label of each step it says it starts. */
  readonly onStep?: (label: string, running: Pick<Running, "signal">) => void;
  /** The largest file it may write, in blocks of 512 bytes. */
  readonly fileLimit?: number;
}

export class BuiltCommand {
  private constructor(
    private readonly folder: string,
    /** Path of the compiled `cli.js`. */
    readonly cli: string,
  ) {}

  /** Compiles the sources into `folder`, where commands then run. */
  static async build(folder: string): Promise<BuiltCommand> {
    const root = fileURLToPath(new URL("../..", import.meta.url));
    await mkdir(folder, { recursive: true });
    const compiler = join(root, "node_modules/.bin/tsc");
    await promisify(execFile)(compiler, ["-p", join(root, "tsconfig.build.json"), "--outDir", join(folder, "dist")]);
    for (const name of ["node_modules", "sql"]) await symlink(join(root, name), join(folder, name));
    await copyFile(join(root, "package.json"), join(folder, "package.json"));
    return new BuiltCommand(folder, join(folder, "dist/pipeline/cli.js"));
  }

  /** Starts `unnest …` with `--json`. Its umask is 0: that files are private must not depend on the caller. */
  start(args: readonly string[], { onStep, fileLimit }: Start = {}): Running {
    const script = `umask 0; ${fileLimit === undefined ? "" : `ulimit -f ${fileLimit};`} exec "$@"`;
    const child = spawn("/bin/sh", ["-c", script, "sh", process.execPath, this.cli, ...args, "--json"], {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const signal = (name: NodeJS.Signals): void => void child.kill(name);
    const seen = { error: null as string | null, labels: [] as string[], kept: [] as string[] };
    createInterface({ input: child.stdout }).on("line", (line) => {
      const event = JSON.parse(line) as { event: string; label?: string; code?: string; name?: string; kept?: boolean };
      if (event.event === "error") seen.error = event.code ?? null;
      if (event.event === "stage" && event.kept === true) seen.kept.push(event.name ?? "");
      if (event.event !== "start") return;
      seen.labels.push(event.label ?? "");
      onStep?.(event.label ?? "", { signal });
    });
    const ended = new Promise<Ended>((resolve) => {
      child.on("close", (code, by) => resolve({ code: by ?? code, ...seen }));
    });
    return { signal, ended };
  }

  run(args: readonly string[], start: Start = {}): Promise<Ended> {
    return this.start(args, start).ended;
  }
}
