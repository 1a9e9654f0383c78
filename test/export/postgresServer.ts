/** A PostgreSQL server of its own, in a folder that goes with it; reached by a socket in that folder alone. */
import { execFile } from "node:child_process";
import { access, chmod, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const debianRoot = "/usr/lib/postgresql";

/** The folder of initdb and pg_ctl; null where no server of version 15 or newer is installed. */
async function findBinaries(): Promise<string | null> {
  const asked = await run("pg_config", ["--bindir"]).then(
    ({ stdout }) => [stdout.trim()],
    () => [],
  );
  const versions = await readdir(debianRoot).catch(() => []);
  for (const folder of [...asked, ...versions.map((version) => join(debianRoot, version, "bin"))]) {
    const found = await run(join(folder, "postgres"), ["--version"]).catch(() => null);
    if (Number(/ (\d+)/.exec(found?.stdout ?? "")?.[1] ?? 0) >= 15) return folder;
  }
  return null;
}

/** The server refuses to run as root; Debian's package brings a user for it. */
const asOwner = process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

async function runAsOwner(command: readonly string[]): Promise<void> {
  const [program = "", ...args] = [...asOwner, ...command];
  await run(program, args);
}

export class PostgresServer {
  private constructor(
    private readonly folder: string,
    private readonly binaries: string,
  ) {}

  /** Null, with a line that says so, where none can be started. */
  static async start(): Promise<PostgresServer | null> {
    const folder = await mkdtemp(join(tmpdir(), "unnest-postgres-"));
    try {
      const binaries = await findBinaries();
      if (binaries === null) throw new Error("no PostgreSQL server of version 15 or newer is installed");
      await access(join(binaries, "initdb"));
      await chmod(folder, 0o711);
      const socket = join(folder, "server");
      await mkdir(socket);
      if (asOwner.length > 0) await run("chown", ["postgres", socket]);
      const data = join(socket, "data");
      await runAsOwner([
        join(binaries, "initdb"),
        "-D",
        data,
        "-U",
        "unnest",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
      ]);
      const options = `-k ${socket} -c listen_addresses='' -c fsync=off -c unix_socket_permissions=0777`;
      await runAsOwner([join(binaries, "pg_ctl"), "-D", data, "-w", "-o", options, "-l", join(socket, "log"), "start"]);
      return new PostgresServer(folder, binaries);
    } catch (error) {
      process.stderr.write(`PostgreSQL could not be started, nothing is loaded: ${String(error)}\n`);
      await rm(folder, { recursive: true, force: true });
      return null;
    }
  }

  /** What psql needs to find it. */
  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, PGHOST: join(this.folder, "server"), PGUSER: "unnest", PGDATABASE: "postgres" };
  }

  /** Runs a script, for its output; throws with what it says on standard error. */
  async script(path: string, environment: NodeJS.ProcessEnv = {}, args: readonly string[] = []): Promise<string> {
    return (await run("/bin/sh", [path, ...args], { env: { ...this.environment, ...environment } })).stdout;
  }

  /** The rows of a query. By way of COPY: what psql prints itself lacks some letters of Unicode. */
  async rows(query: string): Promise<Record<string, unknown>[]> {
    const copy = `COPY (SELECT row_to_json(found) FROM (${query}) AS found) TO STDOUT`;
    const { stdout } = await run("psql", ["-X", "-v", "ON_ERROR_STOP=1", "-c", copy], {
      env: this.environment,
      maxBuffer: 2 ** 28,
    });
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line.replaceAll("\\\\", "\\")) as Record<string, unknown>);
  }

  async stop(): Promise<void> {
    const data = join(this.folder, "server/data");
    await runAsOwner([join(this.binaries, "pg_ctl"), "-D", data, "-m", "immediate", "stop"]);
    await rm(this.folder, { recursive: true, force: true });
  }
}
