/** A database of a few documents, and mapping in it: looks up what a transform declares, as the pipeline does. */

import type { Value } from "convex/values";
import type {
  Environment,
  Fields,
  LookedUp,
  PartInput,
  PartResult,
  SourceDocument,
  StoredPart,
  Transform,
} from "../../transforms/defineTransform.js";
import { jsonPointer } from "../../transforms/jsonPointer.js";

/** Documents by table. Ids are readable: `users:ann` is an id of table users. */
export type World = Readonly<Record<string, readonly SourceDocument[]>>;

export const environment: Environment = {
  isIdOf: (table, text) => text.startsWith(`${table}:`),
  storageListed: true,
};

/** A document with an id such as `users:ann`, created at 1000 unless told. */
export function doc(_id: string, fields: Fields = {}): SourceDocument {
  return { _id, _creationTime: 1000, ...fields };
}

/** Maps the document of that id. */
export function mapIn(world: World, transform: Transform, id: string): PartResult {
  return transform.map(inputIn(world, transform, id, environment));
}

/** What the transform of that document reads, and no more: what it does not declare is not there. */
export function inputIn(world: World, transform: Transform, id: string, environment: Environment): PartInput {
  const document = find(world, transform.table, id);
  if (document === null) throw new RangeError(`${id} is not in the world`);
  const lookup: Record<string, LookedUp> = {};
  const lookupMany: Record<string, Map<string, SourceDocument>> = {};
  for (const [name, { via, table, fields, firstIndexOf }] of Object.entries(transform.reads.lookups)) {
    const [array = "", path = ""] = via.split("[]");
    if (via.includes("[]")) {
      const items = Array.isArray(document[array]) ? document[array] : [];
      const references = items.map((item) => (path === "" ? item : fieldOf(item, path.slice(1))));
      const found = references.map((reference) => find(world, table, reference)).filter((target) => target !== null);
      lookupMany[name] = new Map(found.map((target) => [target._id, pick(target, fields)]));
      continue;
    }
    const [head = "", inner] = via.split(".");
    const start = head in lookup ? (lookup[head] ?? undefined) : inner === undefined ? document : document[head];
    const target = find(world, table, fieldOf(start as Value | undefined, inner ?? head));
    const holder = firstIndexOf === undefined ? undefined : target?.[firstIndexOf];
    const index = Array.isArray(holder) ? holder.indexOf(document._id) : -1;
    lookup[name] = target && { ...pick(target, fields), ...(index < 0 ? {} : { _index: index }) };
  }
  return { document: pick(document, transform.reads.fields), lookup, lookupMany, environment };
}

/** The rows as the tables would hold them; entities get readable ids. */
export function store(transform: Transform, document: SourceDocument, result: PartResult): StoredPart {
  const rows: Record<string, SourceDocument[]> = {};
  const entities: Record<string, Map<string, SourceDocument>> = {};
  result.rows.forEach(({ table, value, refs }, index) => {
    const references = Object.fromEntries(refs.map(({ column, table: entity, key }) => [column, `${entity}:${key}`]));
    const row = { _id: `${table}:${index}`, _creationTime: 1000 + index, ...value, ...references };
    rows[table] = [...(rows[table] ?? []), row];
  });
  for (const { table, key, value } of result.mentions) {
    const known = entities[table] ?? new Map<string, SourceDocument>();
    entities[table] = known.set(`${table}:${key}`, { _id: `${table}:${key}`, _creationTime: 1000, ...value });
  }
  const moved = new Set(transform.moves);
  const kept: Record<string, Value> = {};
  for (const { kind, path, value } of result.entries) {
    const field = transform.moves.find((name) => jsonPointer(name) === path);
    if (kind === "kept" && field !== undefined && value !== undefined) kept[field] = value;
  }
  const rest = Object.entries(document).filter(([field]) => !moved.has(field));
  return { document: Object.fromEntries(rest) as SourceDocument, rows, entities, kept };
}

function find(world: World, table: string, id: Value | undefined): SourceDocument | null {
  return world[table]?.find(({ _id }) => _id === id) ?? null;
}

function fieldOf(value: Value | undefined, field: string): Value | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, Value | undefined>)[field] : undefined;
}

function pick({ _id, _creationTime, ...rest }: SourceDocument, fields: readonly string[]): SourceDocument {
  const picked = Object.entries(rest).filter(([field]) => fields.includes(field));
  return { _id, _creationTime, ...Object.fromEntries(picked) };
}
