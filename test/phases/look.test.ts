/** Who is asked sees what would go; where a deployment refuses, or nothing is to be done, nobody is asked. */
import { expect, it } from "vitest";
import { aCall, aMessage } from "../convex/documents.js";
import { aFolder, commandFor, type Ended } from "./command.js";
import { adminKey, aServedWorld, name, type Served } from "./served.js";

const production = `prod:${adminKey}`;

/** Runs a line where nobody answers the question, and gives the questions and what the deployment was sent. */
async function asked(
  served: Served,
  line: string,
  key = adminKey,
): Promise<Ended & { readonly questions: readonly string[]; readonly calls: readonly string[] }> {
  const questions: string[] = [];
  const calls: string[] = [];
  const call = served.deployment.call.bind(served.deployment);
  served.deployment.call = async (kind, path, ...rest) => {
    calls.push(path);
    return await call(kind, path, ...rest);
  };
  const ask = async (question: string): Promise<string> => {
    questions.push(question);
    return "no";
  };
  const edge = { environment: { CONVEX_URL: served.url, CONVEX_DEPLOY_KEY: key }, ask };
  const ended = await commandFor(served, await aFolder(), edge)(line);
  served.deployment.call = call;
  return { ...ended, questions, calls };
}

it.each(["", " --json", " --quiet"])("cleanup%s shows what would go above its question", async (show) => {
  const served = await aServedWorld();
  await served.climb("phase-1");
  const { questions, failure } = await asked(served, `cleanup 1${show}`);
  expect(questions).toEqual([
    expect.stringMatching(
      /^A dry run of cleanup on phase-1: nothing was changed\.\n +\d+ documents looked at\n +8 parts lose their old fields\n +1 old fields kept whole [\s\S]*will be removed [\s\S]*Type "yes"/,
    ),
  ]);
  expect(failure).toMatchObject({ code: "CONFIRMATION_MISSING" });
  expect(await served.all("unnestSwitches")).toMatchObject([{ step: "new" }]);
});

it("abort shows how many rows would go, and how many values would be saved", async () => {
  const served = await aServedWorld();
  await served.call("mutation", "unnest:switchStep", { migrationId: "phase-5", to: "dual-write" });
  await served.fill("phase-5");
  const tags = await served.all("tags");
  const { questions } = await asked(served, "abort 5");
  expect(questions).toEqual([expect.stringContaining(`${tags.length} rows hold values of the application's own`)]);
  expect(questions[0]).toMatch(/\d+ rows, touches, jobs and records deleted/);
  expect(await served.all("tags")).toEqual(tags);
});

it("rebuild and the step without a way back say what they would do", async () => {
  const served = await aServedWorld();
  await served.climb("phase-1");
  await commandFor(served, await aFolder())("cleanup 1 --yes");
  expect((await asked(served, "rebuild 1")).questions).toEqual([
    expect.stringMatching(/ 8 parts given their old fields back[\s\S]*Type "yes"/),
  ]);
  expect((await asked(served, "switch 1 complete")).questions).toEqual([
    expect.stringMatching(/^Nothing holds phase-1 up: cleaned → complete\.[\s\S]*no way back\.\nType "yes"/),
  ]);
  expect(await served.all("unnestSwitches")).toMatchObject([{ step: "cleaned" }]);
});

it.each([
  ["cleanup 1", "off", 0],
  ["cleanup 1", "dual-write", 4],
  ["rebuild 1", "dual-write", 0],
  ["switch 1 complete", "dual-write", 4],
])("nobody is asked by `%s` at %s", async (line, step, exit) => {
  const served = await aServedWorld({ adminKey: production });
  if (step !== "off") await served.call("mutation", "unnest:switchStep", { migrationId: "phase-1", to: step });
  const { questions, failure, output } = await asked(served, line, production);
  expect(questions).toEqual([]);
  expect(failure?.exit ?? 0).toBe(exit);
  expect(output).toMatch(exit === 0 ? /nothing to do\.\n$/ : /held up wrong_step/);
});

it("of many documents it looks at the first pages only, and says so", async () => {
  const served = await aServedWorld();
  await served.climb("phase-1");
  const [{ conversationId }] = (await served.all("messages")) as [{ _id: string; conversationId: string }];
  for (let at = 0; at < 600; at++)
    await served.insert("messages", aMessage(conversationId as never, { toolCalls: [aCall(`more-${at}`)] }));
  const { questions, calls } = await asked(served, "cleanup 1");
  expect(questions).toEqual([
    expect.stringMatching(/ 500 documents looked at: the first ones, there are more; `--dry-run` looks at all\n/),
  ]);
  expect(calls.filter((path) => path === "unnest:cleanupPage")).toHaveLength(5);
});

it("costs a script no call, and looks at no deployment but the one that is named", async () => {
  const served = await aServedWorld({ adminKey: production });
  await served.climb("phase-1");
  expect((await asked(served, "cleanup 1 --confirm other", production)).calls).toEqual([]);
  const { calls, failure } = await asked(served, `cleanup 1 --yes --confirm ${name}`, production);
  expect(failure).toBeNull();
  // One look at the status, and it starts.
  expect(calls.slice(0, 2)).toEqual(["unnest:status", "unnest:startCleanup"]);
  expect(calls.filter((path) => path === "unnest:startCleanup")).toHaveLength(1);
});
