/** Everything a deployment holds at one moment, and what must hold of it: told without the code under test. */
import type { Value } from "convex/values";
import { anyReader, type StoredDocument } from "../../../convex/documents.js";
import { authorityOf, type Phase, type Step } from "../../../convex/phases.js";
import { existingTables, normalizedTables, stateTables } from "../../../convex/schema/tables.js";
import { transitionalSchema } from "../../../convex/schema/transitionalSchema.js";
import { naturalKeyOf, ownColumns } from "../../../convex/tableFacts.js";
import { addDeltas, type Delta } from "../../../convex/touches/delta.js";
import { canonicalEncoding } from "../../../transforms/canonicalEncoding.js";
import type { Environment, Fields, PartResult, Transform } from "../../../transforms/defineTransform.js";
import { transforms } from "../../../transforms/index.js";
import { inputIn } from "../../transforms/world.js";
import type { Deployment } from "../deployment.js";
import { idReader } from "../engine.js";

/** Documents by table. */
export type State = Readonly<Record<string, readonly StoredDocument[]>>;

const tables = Object.keys({ ...existingTables, ...normalizedTables, ...stateTables });

/** Reads a deployment whole, in one transaction. */
export async function stateOf(deployment: Deployment): Promise<State> {
  const state: Record<string, readonly StoredDocument[]> = {};
  await deployment.run(async ({ db }) => {
    for (const table of tables) state[table] = await anyReader(db).query(table).collect();
  });
  return state;
}

export const environment: Environment = { isIdOf: idReader(transitionalSchema), storageListed: false };

function mapLive(state: State, transform: Transform, id: string): PartResult {
  return transform.map(inputIn(state, transform, id, environment));
}

export function stepOf(state: State, phase: string): Step {
  return (state.unnestSwitches?.find(({ migrationId }) => migrationId === phase)?.step ?? "off") as Step;
}

export function epochOf(state: State, phase: Phase): number {
  return Number(state.unnestSwitches?.find(({ migrationId }) => migrationId === phase)?.epoch ?? 0);
}

/** The transforms the law is about: the optional tables have no dual-write unless an application asks for it. */
export const keptTransforms = transforms.filter(({ option }) => option === undefined);

/**
 * What does not hold (spec 5): rows are the mapping of the live documents while the authority is `old`, none is double or
 * orphaned, aggregates are their recounts, and of a phase that is off nothing is left.
 */
export function faultsOf(state: State): string[] {
  const faults: string[] = [];
  for (const transform of keptTransforms) {
    const step = stepOf(state, transform.phase);
    for (const [table, parent] of Object.entries(transform.writes)) {
      const stored = (state[table] ?? []).map((row) => rowText(state, table, row)).sort();
      const wanted =
        step === "off"
          ? []
          : (state[transform.table] ?? []).flatMap(({ _id }) => wantedRows(state, transform, table, _id)).sort();
      if (authorityOf(step) === "old") faults.push(...differences(`${transform.part} (${step})`, wanted, stored));
      const parents = new Set(state[transform.table]?.map(({ _id }) => _id));
      for (const row of state[table] ?? []) if (!parents.has(String(row[parent]))) faults.push(`${table}: an orphan`);
    }
  }
  for (const table of Object.keys(normalizedTables)) faults.push(...doubleRows(table, state[table] ?? []));
  return [...faults, ...aggregateFaults(state)];
}

function wantedRows(state: State, transform: Transform, table: string, id: string): string[] {
  const rows = mapLive(state, transform, id).rows.filter((row) => row.table === table);
  return rows.map(({ value, refs }) => {
    const keys = Object.fromEntries(refs.map(({ column, key }) => [column, key.join("|")]));
    return textOf(table, { ...value, ...keys });
  });
}

/** A stored row with the natural key of each entity in place of its id. */
function rowText(state: State, table: string, row: StoredDocument): string {
  const keys = { tagId: "tags", sourceMetadataId: "sourceMetadata" };
  const resolved: Record<string, Value> = { ...row };
  for (const [column, target] of Object.entries(keys)) {
    const entity = state[target]?.find(({ _id }) => _id === row[column]);
    if (column in row) resolved[column] = entity === undefined ? "gone" : keyText(target, entity);
  }
  return textOf(table, resolved);
}

function keyText(table: string, row: Fields): string {
  return naturalKeyOf(table)
    .map((column) => row[column] ?? "")
    .join("|");
}

function textOf(table: string, row: Fields): string {
  const own = ownColumns(table);
  const columns = Object.entries(row).filter(([column]) => !column.startsWith("_") && !own.has(column));
  return `${table} ${canonicalEncoding(Object.fromEntries(columns) as Record<string, Value>)}`;
}

function doubleRows(table: string, rows: readonly StoredDocument[]): string[] {
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const key = keyText(table, row);
    if (seen.has(key)) return [`${table}: two rows of ${key}`];
    seen.add(key);
    return [];
  });
}

/** What is missing and what is too much; both sorted. */
function differences(what: string, wanted: readonly string[], stored: readonly string[]): string[] {
  const [want, have] = [new Set(wanted), new Set(stored)];
  return [
    ...wanted.filter((text) => !have.has(text)).map((text) => `${what} lacks ${text}`),
    ...stored.filter((text) => !want.has(text)).map((text) => `${what} should not have ${text}`),
  ];
}

/** By kind of touch and key: a conversation and its model are joined by a space. */
export type Counts = ReadonlyMap<string, Delta>;

/** What the rows and messages of a state add up to. */
export function recount(state: State): Readonly<Record<string, Counts>> {
  const add = (counts: Map<string, Delta>, key: Value | undefined, delta: Delta): void => {
    counts.set(String(key), addDeltas(counts.get(String(key)) ?? {}, delta));
  };
  const counts = (): Map<string, Delta> => new Map();
  const [tags, sourceMetadata, messageCount, conversationTokenUsage] = [counts(), counts(), counts(), counts()];
  for (const table of ["bookmarkTags", "snippetTags", "noteTags", "feedbackTagJunctions"])
    for (const { tagId } of state[table] ?? []) add(tags, tagId, { usageCount: 1 });
  for (const { sourceMetadataId } of state.sources ?? []) add(sourceMetadata, sourceMetadataId, { accessCount: 1 });
  const conversations = new Set(state.conversations?.map(({ _id }) => _id));
  for (const { conversationId, status, model, inputTokens = 0, outputTokens = 0 } of state.messages ?? []) {
    if (!conversations.has(String(conversationId))) continue;
    add(messageCount, conversationId, { messageCount: 1 });
    if (status !== "complete" || typeof model !== "string" || model === "") continue;
    const [input, output] = [Number(inputTokens), Number(outputTokens)];
    const sums = { inputTokens: input, outputTokens: output, totalTokens: input + output, messageCount: 1 };
    add(conversationTokenUsage, `${conversationId} ${model}`, sums);
  }
  return { tags, sourceMetadata, messageCount, conversationTokenUsage };
}

/** The same sums as they are stored. */
export function storedCounts(state: State): Readonly<Record<string, Counts>> {
  const of = (table: string, key: (row: Fields) => string, fields: readonly string[]): Counts =>
    new Map(
      (state[table] ?? []).map((row) => [
        key(row),
        Object.fromEntries(fields.map((field) => [field, Number(row[field] ?? 0)])),
      ]),
    );
  return {
    tags: of("tags", ({ _id }) => String(_id), ["usageCount"]),
    sourceMetadata: of("sourceMetadata", ({ _id }) => String(_id), ["accessCount"]),
    messageCount: of("conversations", ({ _id }) => String(_id), ["messageCount"]),
    conversationTokenUsage: of("conversationTokenUsage", (row) => `${row.conversationId} ${row.model}`, [
      ...["inputTokens", "outputTokens", "totalTokens", "messageCount"],
    ]),
  };
}

export const phaseOfCounts: Readonly<Record<string, Phase>> = {
  tags: "phase-5",
  sourceMetadata: "phase-2",
  messageCount: "phase-7",
  conversationTokenUsage: "phase-6",
};

function aggregateFaults(state: State): string[] {
  const [recounted, stored] = [recount(state), storedCounts(state)];
  return Object.keys(recounted).flatMap((kind) => {
    if (stepOf(state, phaseOfCounts[kind] ?? "") === "off") return [];
    const keys = new Set([...(recounted[kind] ?? new Map()).keys(), ...(stored[kind] ?? new Map()).keys()]);
    return [...keys].flatMap((key) => {
      const [want = {}, have = {}] = [recounted[kind]?.get(key), stored[kind]?.get(key)];
      const fields = new Set([...Object.keys(want), ...Object.keys(have)]);
      return [...fields]
        .filter((field) => (want[field] ?? 0) !== (have[field] ?? 0))
        .map((field) => `${kind} ${key}: ${field} is ${have[field] ?? 0}, a recount gives ${want[field] ?? 0}`);
    });
  });
}
