/** The commands against servers that mean harm: an error, never a crash, and nothing that a terminal would obey. */
import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { phases } from "../../convex/schema/steps.js";
import { onlineVersion } from "../../convex/schema/version.js";
import { transforms } from "../../transforms/index.js";
import { answering, json, type Received } from "../remote/answering.js";
import { aFolder, commandFor, type Ended } from "./command.js";

const obeyed = "\u001b]0;owned\u0007\u001b[2J\u202e";

const phase = {
  switchId: null,
  step: "cleaned",
  epoch: 1,
  since: 1,
  cleanupNotBefore: null,
  backfilled: true,
  driftFreeSince: null,
  deltasFrom: null,
  jobsOpen: 0,
  jobsSetAside: 0,
  oldestJobAge: null,
  touches: 0,
  batches: 0,
  originals: 0,
  repaired: 0,
  oldFieldWrites: [obeyed],
  comparisons: [{ reader: obeyed, compared: 1, needed: 2, differing: 0, waiting: 0, last: 1 }],
};
const verificationsOf = (migrationId: string) =>
  transforms
    .filter((transform) => transform.phase === migrationId)
    .map(({ part }) => ({ part, began: 1, looked: 1, differing: 0, waiting: 0 }));

const aStatus = {
  version: onlineVersion,
  now: 1,
  oldestTouchAge: null,
  phases: phases.map((migrationId) => ({ ...phase, migrationId, verifications: verificationsOf(migrationId) })),
};

const success = (value: unknown) => ({ status: "success", value });
const page = { cursor: null, isDone: true, visited: 1, left: 1, cleaned: 0, originals: 0, orphans: 0 };

/** Answers `status` as a deployment does, and everything else as a test wants. */
function afterStatus(other: (response: ServerResponse, received: Received) => void) {
  return (response: ServerResponse, _request: unknown, received: Received): void => {
    if (received.body.includes('"unnest:status"')) json(response, success(aStatus));
    else other(response, received);
  };
}

/** Runs a command against such a server. */
async function against(other: (response: ServerResponse, received: Received) => void, line: string): Promise<Ended> {
  const server = await answering(afterStatus(other));
  return await commandFor(server, await aFolder())(line);
}

// What a terminal would obey: the tests' point is that nothing of it comes through.
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe("what a server answers", () => {
  it("is no command to the terminal", async () => {
    const kept = [{ table: obeyed, documentId: obeyed, part: obeyed, reason: obeyed }];
    const reasons = [
      { code: "old_field_writes", fields: [obeyed] },
      { code: "rows_left", tables: [obeyed] },
      { code: "nothing_compared", reader: obeyed, compared: 1, needed: 2 },
      { code: "verification_stale", parts: [obeyed], age: 1 },
      { code: "parts_differ", parts: [obeyed], count: 1 },
    ];
    const refusal = { status: "error", errorMessage: obeyed, errorData: { code: "switch_refused", reasons } };
    const outcomes = [
      await against((response) => json(response, success({ ...page, kept })), "cleanup 1 --yes"),
      await against((response) => json(response, refusal), "status"),
      await against((response) => json(response, refusal), "switch 1 complete --yes"),
      await against((response) => json(response, { code: obeyed, message: obeyed }, 401), "verify 1"),
    ];
    for (const { output } of outcomes) expect(output).not.toMatch(controls);
    expect(outcomes.map(({ failure }) => failure?.code ?? null)).toEqual([
      "DOCUMENTS_LEFT",
      null,
      "STEP_REFUSED",
      "DEPLOYMENT_DENIED",
    ]);
    expect(outcomes[0]?.output).toContain("\ufffd");
  });

  it.each<[string, unknown, string]>([
    ["a page without a count", { ...page, kept: [], cleaned: undefined }, "ANSWER_MALFORMED"],
    ["a count below nothing", { ...page, kept: [], visited: -1 }, "ANSWER_MALFORMED"],
    ["a page that leads to itself", { ...page, kept: [], isDone: false }, "ANSWER_MALFORMED"],
    ["ids without end", { ...page, kept: [{ table: "t", documentId: "x".repeat(10_000) }] }, "ANSWER_MALFORMED"],
  ])("is refused: %s", async (_name, value, code) => {
    const answer = success(JSON.parse(JSON.stringify(value)));
    const { failure } = await against((response) => json(response, answer), "cleanup 1 --yes --json");
    expect(failure).toMatchObject({ code, exit: 3 });
  });

  it("one part of a verification that fails ends the others, which would not end by themselves", async () => {
    let pages = 0;
    const answer = (response: ServerResponse, { body }: Received): void => {
      const failed = { status: "error", errorMessage: "Server Error" };
      const endless = success({ cursor: `${++pages}`, isDone: false, visited: 1, left: 0, drifted: [] });
      json(response, body.includes("message/toolCalls") ? failed : endless);
    };
    const { failure } = await against(answer, "verify --json");
    expect(failure).toMatchObject({ code: "CALL_FAILED", exit: 5, place: { function: "unnest:verifyPhase" } });
  });

  it("that names a refusal of another kind ends the command, and says which", async () => {
    const ended = { status: "error", errorMessage: "x", errorData: { code: "epoch_ended", epoch: 2 } };
    const { failure } = await against((response) => json(response, ended), "cleanup 1 --yes --json");
    expect(failure).toMatchObject({ code: "CALL_REFUSED", exit: 4, place: { code: "epoch_ended" } });
  });
});
