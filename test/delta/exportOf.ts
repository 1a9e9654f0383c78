/** What `npx convex export` would write of a `convex-test` deployment: the same documents under ids in Convex's own form. */
import type { Value } from "convex/values";
import { existingTables, normalizedTables, stateTables } from "../../convex/schema/tables.js";
import { tableNumbers } from "../../fixtures/generator/tableNumbers.js";
import { withoutUndefined } from "../../fixtures/withoutUndefined.js";
import type { World, WorldTable } from "../../fixtures/world.js";
import { encodeId } from "../../pipeline/convexFormat/ids.js";
import { canonicalEncoding } from "../../transforms/canonicalEncoding.js";
import type { Deployment } from "../convex/deployment.js";
import { stateOf } from "../convex/law/state.js";

const firstNewNumber = 10_100;

const numbers: Readonly<Record<string, number>> = {
  ...tableNumbers,
  ...Object.fromEntries(
    Object.keys({ ...normalizedTables, ...stateTables }).map((table, at) => [table, firstNewNumber + at]),
  ),
};

/** An id of `convex-test`: a padded counter and the table's name. Keys of touches hold one in a longer text. */
const liveId = /\d{10,}[A-Za-z_]+/g;

export interface Exported {
  readonly world: World;
  /** The deployment's own id, or a text with ids in it, of one of the export. */
  live(text: string): string;
}

/**
 * Exports a deployment as it stands, in one transaction.
 *
 * @param creationTime of all documents, as if one transaction had written them; left out, each has its own
 */
export async function exportOf(deployment: Deployment, creationTime?: number): Promise<Exported> {
  const state = await stateOf(deployment);
  const age = creationTime === undefined ? {} : { _creationTime: creationTime };
  const ids = new Map<string, string>();
  const idOf = (live: string): string => {
    const counter = live.replace(/\D+$/, "");
    const number = numbers[live.slice(counter.length)];
    if (number === undefined) return live;
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32BE(Number(counter));
    const id = encodeId(number, bytes);
    ids.set(id, live);
    return id;
  };
  const exported = (value: Value): Value => {
    if (typeof value === "string") return value.replaceAll(liveId, idOf);
    if (Array.isArray(value)) return value.map(exported);
    if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, exported(item as Value)]));
  };
  const tables = Object.keys({ ...existingTables, ...normalizedTables, ...stateTables }).map((name): WorldTable => {
    const documents = (state[name] ?? []).map(
      (document) => exported({ ...withoutUndefined(document), ...age }) as { _id: string },
    );
    documents.sort((left, right) => (left._id < right._id ? -1 : 1));
    const lines = documents.map((document) => canonicalEncoding(document));
    return { name, number: numbers[name] ?? 0, lines, generatedSchema: '"uniform"\n' };
  });
  const unknown = (): never => {
    throw new Error("an export names no documents");
  };
  return {
    world: { name: "exported", tables, names: new Map(), rules: new Map(), id: unknown },
    live: (text) => [...ids].reduce((live, [id, of]) => live.replaceAll(id, of), text),
  };
}
