/** Who may change a deployment: production's name is typed, and what takes something away is asked for twice. */
import { describe, expect, it } from "vitest";
import type { Edge } from "../../pipeline/commands/edge.js";
import { aFolder, commandFor, type Ended } from "./command.js";
import { adminKey, aServedWorld, name } from "./served.js";

const production = `prod:${adminKey}`;

interface Case {
  readonly key?: string;
  readonly line: string;
  /** What the person at the terminal types; null when there is nobody. */
  readonly typed?: string | null;
}

/** Runs a line in a world whose phase 1 is at `new`. */
async function attempt({ key = adminKey, line, typed = null }: Case): Promise<Ended & { readonly asked: string[] }> {
  const served = await aServedWorld({ adminKey: key });
  await served.climb("phase-1");
  const asked: string[] = [];
  const edge: Partial<Edge> = {
    environment: { CONVEX_URL: served.url, CONVEX_DEPLOY_KEY: key },
    ask: async (question) => {
      asked.push(question);
      return typed;
    },
  };
  const ended = await commandFor(served, await aFolder(), edge)(`${line} --json`);
  const steps = (await served.all("unnestSwitches")).map(({ step }) => step);
  expect(steps).toEqual(
    ended.failure === null && !line.includes("--dry-run") ? [expect.not.stringMatching(/^new$/)] : ["new"],
  );
  return { ...ended, asked };
}

describe("goes on", () => {
  it.each<[string, Case, number]>([
    ["a step back elsewhere, unasked", { line: "switch 1 new-then-old" }, 0],
    ["a step in production, with its name typed", { key: production, line: "switch 1 new-then-old", typed: name }, 1],
    ["… or given", { key: production, line: `switch 1 new-then-old --confirm ${name}` }, 0],
    ["a cleanup elsewhere, with yes typed", { line: "cleanup 1", typed: "yes" }, 1],
    ["… or given", { line: "cleanup 1 --yes" }, 0],
    ["a cleanup in production, with its name typed", { key: production, line: "cleanup 1", typed: ` ${name} ` }, 1],
    ["… or given, with yes", { key: production, line: `cleanup 1 --yes --confirm ${name}` }, 0],
    ["a dry run anywhere", { key: production, line: "cleanup 1 --dry-run" }, 0],
  ])("%s", async (_name, given, questions) => {
    const { failure, asked } = await attempt(given);
    expect(failure).toBeNull();
    expect(asked).toHaveLength(questions);
  });
});

describe("changes nothing", () => {
  it.each<[string, Case, string | null]>([
    ["in production, with nobody to ask", { key: production, line: "switch 1 new-then-old" }, `--confirm ${name}`],
    ["… with another name typed", { key: production, line: "switch 1 new-then-old", typed: "yes" }, null],
    [
      "… with another name given",
      { key: production, line: "switch 1 new-then-old --confirm other", typed: name },
      null,
    ],
    ["… with nothing but yes", { key: production, line: "cleanup 1 --yes" }, `--confirm ${name}`],
    ["… with its name alone", { key: production, line: `cleanup 1 --confirm ${name}` }, "--yes"],
    ["… with neither", { key: production, line: "cleanup 1" }, `--confirm ${name} --yes`],
    ["elsewhere, where something goes and nobody says yes", { line: "cleanup 1" }, "--yes"],
    ["… or says no", { line: "cleanup 1", typed: "no" }, null],
    ["… or says nothing", { line: "cleanup 1", typed: "" }, null],
  ])("%s", async (_name, given, option) => {
    const { failure, output } = await attempt(given);
    expect(failure).toMatchObject({ code: "CONFIRMATION_MISSING", exit: 2, place: { deployment: expect.anything() } });
    if (option !== null) expect(failure?.remedy).toContain(`\`${option}\``);
    expect(output).toBe("");
  });
});

it("jobs that were set aside are given another try in production only by name", async () => {
  const served = await aServedWorld({ adminKey: production });
  const edge = { environment: { CONVEX_URL: served.url, CONVEX_DEPLOY_KEY: production } };
  const unnest = commandFor(served, await aFolder(), edge);
  expect((await unnest("status --retry-jobs --json")).failure).toMatchObject({ code: "CONFIRMATION_MISSING" });
  expect((await unnest("status --json")).failure).toBeNull();
  expect((await unnest(`status --retry-jobs --confirm ${name} --json`)).failure).toBeNull();
});
