/** What becomes of each call at each step, measured: by whether it passed, and by what the moved fields hold afterwards. */
import { makeFunctionReference } from "convex/server";
import { ConvexError } from "convex/values";
import { anyReader } from "../../../convex/documents.js";
import { readPhases } from "../../../convex/phases.js";
import { existingTables } from "../../../convex/schema/tables.js";
import { withPartValue } from "../../../convex/sync/partValue.js";
import { phaseOf } from "../../../convex/sync/sync.js";
import type { SourceDocument, Transform } from "../../../transforms/defineTransform.js";
import { transforms } from "../../../transforms/index.js";
import { keepsAll } from "../../../transforms/keepsAll.js";
import { sameFieldValue } from "../../../transforms/sameFieldValue.js";
import { code, markdownTable } from "../../house/markdownTable.js";
import type { Deployment } from "../deployment.js";
import { type Call, calls } from "./calls.js";
import { callWorld, triedSteps } from "./callWorld.js";

/**
 * `done`: afterwards there is what there is at `new`. `leaves it`: it passes, and what the moved fields of documents held is still there,
 * since the call did not find it. `refused` names the code. `loses` must never be.
 */
export type Outcome = "done" | "leaves it" | "loses" | `refused: ${string}`;

export interface CallOutcomes extends Pick<Call, "fn" | "what"> {
  readonly steps: Readonly<Record<(typeof triedSteps)[number], Outcome>>;
}

export async function measureCalls(): Promise<CallOutcomes[]> {
  const measured: CallOutcomes[] = [];
  for (const call of calls) {
    const steps = {} as Record<(typeof triedSteps)[number], Outcome>;
    const wanted = await tried(call, "new");
    for (const step of triedSteps)
      steps[step] = outcomeOf(wanted.after, step === "new" ? wanted : await tried(call, step));
    measured.push({ fn: call.fn, what: call.what, steps });
  }
  return measured;
}

export function callTable(measured: readonly CallOutcomes[]): string {
  return markdownTable(
    ["call", "what is special", ...triedSteps.map((step) => (step === "new" ? "up to `new`" : code(step)))],
    measured.map(({ fn, what, steps }) => [code(fn), what, ...triedSteps.map((step) => shown(steps[step]))]),
  );
}

const shown = (outcome: Outcome): string =>
  outcome.startsWith("refused: ") ? `refused: ${code(outcome.slice(9))}` : outcome;

/** How many of the calls pass, by step. */
export function passing(measured: readonly CallOutcomes[]): Readonly<Record<string, number>> {
  const passes = (step: (typeof triedSteps)[number]) =>
    measured.filter(({ steps }) => !steps[step].startsWith("refused")).length;
  return Object.fromEntries(triedSteps.map((step) => [step, passes(step)]));
}

/** By table, in the order of their birth: each document with what its moved fields hold, wherever that stands. */
type Held = Readonly<Record<string, readonly SourceDocument[]>>;

interface Tried {
  readonly before: Held;
  readonly after: Held;
  /** The code of the refusal; null where it passed. */
  readonly refused: string | null;
}

async function tried({ fn, args }: Call, step: (typeof triedSteps)[number]): Promise<Tried> {
  const world = await callWorld(step);
  const before = await heldIn(world.deployment);
  const refused = await world.deployment.mutation(makeFunctionReference<"mutation">(fn), args(world)).then(
    () => null,
    (error: unknown) => codeOf(error),
  );
  return { before, after: await heldIn(world.deployment), refused };
}

function codeOf(error: unknown): string {
  const data: unknown = error instanceof ConvexError ? error.data : null;
  if (typeof data !== "object" || data === null || !("code" in data)) throw error;
  return String(data.code);
}

async function heldIn(deployment: Deployment): Promise<Held> {
  return await deployment.run(async ({ db }) => {
    const reader = anyReader(db);
    const phases = await readPhases(db);
    const held: Record<string, SourceDocument[]> = {};
    for (const table of Object.keys(existingTables)) {
      held[table] = [];
      for (const document of await reader.query(table).collect()) {
        let valued: SourceDocument = document;
        for (const part of partsOf(table))
          valued = await withPartValue(reader, part, valued, phaseOf({ phases }, part).step);
        held[table].push(valued);
      }
    }
    return held;
  });
}

function outcomeOf(wanted: Held, { before, after, refused }: Tried): Outcome {
  if (refused === null && isSame(wanted, after)) return "done";
  const keeps = Object.entries(after).every(([table, documents]) =>
    documents.every((document) => {
      const was = before[table]?.find(({ _id }) => _id === document._id);
      return was === undefined || partsOf(table).every((part) => keepsAll(part, was, document));
    }),
  );
  if (!keeps) return "loses";
  return refused === null ? "leaves it" : `refused: ${refused}`;
}

function isSame(wanted: Held, after: Held): boolean {
  return Object.entries(wanted).every(([table, documents]) => {
    const there = after[table] ?? [];
    const fields = partsOf(table).flatMap(({ moves }) => moves);
    return (
      documents.length === there.length &&
      documents.every((document, at) =>
        fields.every((field) => sameFieldValue(field, document[field], there[at]?.[field])),
      )
    );
  });
}

/** Fields that hold nothing of their own are aside: they are dropped and counted. */
function partsOf(table: string): readonly Transform[] {
  return transforms.filter((part) => part.table === table && part.moves.length > 0 && part.derivedFrom === undefined);
}
