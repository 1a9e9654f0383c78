/** The same documents in a snapshot and in a deployment, whose ids differ: a mirror leads from one to the other. */

import { defineSchema } from "convex/server";
import type { Value } from "convex/values";
import { anyReader, anyWriter, type StoredDocument } from "../../../convex/documents.js";
import { existingTables } from "../../../convex/schema/tables.js";
import { transitionalSchema } from "../../../convex/schema/transitionalSchema.js";
import { tableNumbers } from "../../../fixtures/generator/tableNumbers.js";
import type { World } from "../../../fixtures/world.js";
import { decodeValue } from "../../../pipeline/convexFormat/decodeValue.js";
import { decodeId } from "../../../pipeline/convexFormat/ids.js";
import { canonicalEncoding } from "../../../transforms/canonicalEncoding.js";
import { fileId, startEngine, type TestConvex } from "../engine.js";

type Document = Readonly<Record<string, Value>>;

/** Without Convex's schema check: documents hold whatever users, bugs and enemies put there, in moved fields and in all others. */
const uncheckedSchema = defineSchema(transitionalSchema.tables, { schemaValidation: false });

export type MirrorDeployment = TestConvex<typeof uncheckedSchema>;

export interface Mirror {
  readonly deployment: MirrorDeployment;
  /** Documents with moved fields by table, as they stand in the deployment. */
  documents(): Promise<ReadonlyMap<string, readonly StoredDocument[]>>;
  /** A value of the deployment with the snapshot's ids in it. */
  toSnapshot<Inner extends Value>(value: Inner): Inner;
  /** The deployment's documents as a world to run. */
  exported(): Promise<World>;
}

const tableOfNumber = new Map(Object.entries(tableNumbers).map(([name, number]) => [number, name]));

/** The table of a snapshot's id. */
function tableOf(text: string): string | null {
  const id = decodeId(text);
  return id === null ? null : (tableOfNumber.get(id.tableNumber) ?? null);
}

/** Puts a world's documents into a deployment, those that do not fit their schema too: both sides map whatever stands there. */
export async function mirror(world: World): Promise<Mirror> {
  const deployment = startEngine({ schema: uncheckedSchema, modules: { "/app/_generated/api.ts": async () => ({}) } });
  const documents = documentsOf(world);
  const toLive = new Map<string, string>();
  await deployment.run(async ({ db }) => {
    const writer = anyWriter(db as never);
    for (const [table, all] of documents)
      for (const { _id } of all) toLive.set(String(_id), await writer.insert(table, {}));
    for (const id of idsIn([...documents.values()].flat())) {
      const table = tableOf(id);
      if (toLive.has(id) || table === null) continue;
      // A file's id is never looked up; any other dangling id is one whose document is gone.
      if (table === "_storage") toLive.set(id, fileId(toLive.size));
      else {
        const gone = await writer.insert(table, {});
        toLive.set(id, gone);
        await writer.delete(gone);
      }
    }
    for (const all of documents.values()) {
      for (const document of all) {
        const { _id, _creationTime, ...fields } = withIds(document, toLive) as Document;
        await writer.replace(String(_id), fields);
      }
    }
  });
  const toSnapshot = new Map([...toLive].map(([snapshot, live]) => [live, snapshot]));
  const read = async () => {
    const tables = new Map<string, readonly StoredDocument[]>();
    await deployment.run(async ({ db }) => {
      for (const table of documents.keys())
        tables.set(
          table,
          await anyReader(db as never)
            .query(table)
            .collect(),
        );
    });
    return tables;
  };
  return {
    deployment,
    documents: read,
    toSnapshot: (value) => withIds(value, toSnapshot) as typeof value,
    async exported() {
      const tables = [...(await read())].map(([name, all]) => ({
        name,
        number: tableNumbers[name] ?? 0,
        lines: all
          .map((document) => withIds(document, toSnapshot) as Document)
          .sort((left, right) => (String(left._id) < String(right._id) ? -1 : 1))
          .map((document) => canonicalEncoding(document)),
        generatedSchema: '"uniform"\n',
      }));
      return { ...world, tables: [...tables, ...world.tables.filter(({ name }) => name === "_storage")] };
    },
  };
}

function documentsOf(world: World): ReadonlyMap<string, readonly Document[]> {
  const tables = world.tables.filter(({ name }) => Object.hasOwn(existingTables, name));
  return new Map(
    tables.map(({ name, lines }): [string, readonly Document[]] => {
      return [name, lines.map((line) => decodeValue(line) as Document)];
    }),
  );
}

function idsIn(value: Value): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (inner: Value): void => {
    if (typeof inner === "string") {
      if (tableOf(inner) !== null) found.add(inner);
    } else if (Array.isArray(inner)) for (const item of inner) look(item);
    else if (typeof inner === "object" && inner !== null && !(inner instanceof ArrayBuffer)) {
      for (const item of Object.values(inner)) if (item !== undefined) look(item);
    }
  };
  look(value);
  return found;
}

function withIds(value: Value, ids: ReadonlyMap<string, string>): Value {
  if (typeof value === "string") return ids.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => withIds(item, ids));
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withIds(item as Value, ids)]));
}
