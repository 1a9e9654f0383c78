import { expect, it } from "vitest";
import { phases } from "../../convex/schema/steps.js";
import { onlineVersion } from "../../convex/schema/version.js";
import { probe } from "../../pipeline/remote/probe.js";
import { answering, json } from "./answering.js";
import { failureOf, impatient, opened } from "./opened.js";

const aPhase = {
  migrationId: "phase-1",
  switchId: null,
  step: "off",
  epoch: 0,
  since: null,
  cleanupNotBefore: null,
  backfilled: false,
  driftFreeSince: null,
  deltasFrom: null,
  jobsOpen: 0,
  jobsSetAside: "1000+",
  oldestJobAge: null,
  touches: 0,
  batches: 0,
  originals: 0,
  repaired: 0,
  oldFieldWrites: [],
  driftPossible: false,
  comparisons: [],
  droppedWrites: [],
  verifications: [],
};

const aStatus = {
  version: onlineVersion,
  deploymentClass: "s16",
  now: 1,
  oldestTouchAge: null,
  phases: phases.map((migrationId) => ({ ...aPhase, migrationId })),
};

const probing = async (...answers: readonly (readonly [body: unknown, status?: number])[]): Promise<unknown> => {
  const left = [...answers];
  const server = await answering((response) => json(response, ...(left.shift() ?? [null])));
  return await probe(opened(server.url), impatient);
};

const success = (value: unknown): readonly [unknown] => [{ status: "success", value }];

it("gives the status of the phases", async () => {
  expect(await probing(success(aStatus))).toEqual(aStatus);
});

/** An address of this machine where nobody listens any more. */
async function closedUrl(): Promise<string> {
  const server = await answering((response) => json(response, null));
  await server.close();
  return server.url;
}

it.each([
  ["nobody listens", async () => await closedUrl()],
  ["the name is nobody's", async () => "https://nobody.invalid"],
  [
    "no TLS is spoken",
    async () => (await answering((response) => json(response, null))).url.replace("http:", "https:"),
  ],
])("names the address at once where %s", async (_what, address) => {
  const url = await address();
  let retries = 0;
  const failure = await failureOf(probe(opened(url), { ...impatient, onRetry: () => void retries++ }));
  expect(failure).toMatchObject({ code: "DEPLOYMENT_UNREACHABLE", exit: 5, place: { url } });
  expect(retries).toBe(0);
});

it("goes on asking one that has answered before", async () => {
  const server = await answering((response) => json(response, ...success(aStatus)));
  const remote = opened(server.url);
  await probe(remote, impatient);
  await server.close();
  let retries = 0;
  const failure = await failureOf(probe(remote, { ...impatient, onRetry: () => void retries++ }));
  expect(failure).toMatchObject({ kind: "lost" });
  expect(retries).toBeGreaterThan(0);
});

it("asks again when it is turned away", async () => {
  const busy = [{ code: "TooManyConcurrentRequests", message: "m" }, 429] as const;
  expect(await probing(busy, busy, success(aStatus))).toEqual(aStatus);
});

it.each([
  ["no such function", [{ status: "error", errorMessage: "Could not find" }], "DEPLOYMENT_WITHOUT_FUNCTIONS"],
  ["another version", success({ ...aStatus, version: onlineVersion + 1 }), "DEPLOYMENT_VERSION"],
  ["another version of another shape", success({ version: onlineVersion + 1, tables: [] }), "DEPLOYMENT_VERSION"],
] as const)("%s", async (_name, answer, code) => {
  expect(await failureOf(probing(answer))).toMatchObject({ name: "UnnestError", code, exit: 3 });
});

it.each([
  ["no version", { ...aStatus, version: undefined }],
  ["a phase too few", { ...aStatus, phases: aStatus.phases.slice(1) }],
  ["a step that is none", { ...aStatus, phases: aStatus.phases.map((phase) => ({ ...phase, step: "\u001b[2J" })) }],
  ["a count that is none", { ...aStatus, phases: aStatus.phases.map((phase) => ({ ...phase, touches: "many" })) }],
])("an answer of another shape: %s", async (_name, value) => {
  const answer = JSON.parse(JSON.stringify(value)) as unknown;
  expect(await failureOf(probing(success(answer)))).toMatchObject({ name: "CallFailure", kind: "malformed" });
});
