/** What README.md shows for an export of one's own runs as it stands (`npm run build` comes before); CI plays a rehearsal, the demo. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { shownCommands } from "./shownCommands.js";

const repository = fileURLToPath(new URL("../../", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-shown-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Its output. Throws where it does not end with 0. */
async function unnest(...args: readonly string[]): Promise<string> {
  const cli = join(repository, "dist/pipeline/cli.js");
  return (await promisify(execFile)(process.execPath, [cli, ...args], { cwd: folder })).stdout;
}

test("the README's commands for an export run one after another", async () => {
  const text = await readFile(join(repository, "README.md"), "utf8");
  const shown = shownCommands({ path: "README.md", text })
    .filter((command) => command.text.startsWith("npx ") && command.args[0] !== "rehearse")
    .map(({ args }) => args);
  expect(shown.map(([name]) => name)).toEqual(["inspect", "run", "trace", "query", "query", "export", "sample"]);

  await unnest("generate", "--messages", "20", "--out", "export.zip", "--quiet");
  let id = "";
  for (const args of shown) {
    expect(await unnest(...args.map((word) => (word === "<id>" ? id : word))), args.join(" ")).not.toBe("");
    if (args[0] !== "run") continue;
    const [row = ""] = (await unnest("query", "SELECT _id FROM normal.toolCalls LIMIT 1", "--format", "json")).split(
      "\n",
    );
    id = (JSON.parse(row) as { _id: string })._id;
  }
});
