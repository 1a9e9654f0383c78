import { createHash } from "node:crypto";
import { canonicalEncoding, type Value } from "../../transforms/index.js";
import { decodeValue } from "../convexFormat/decodeValue.js";
import { addCosts, type Batch, type ItemCost } from "./batch.js";
import type { LinePlace } from "./lineFile.js";

/** What stands before the tab of a line of `batches.tsv`. */
interface Head {
  /** An item each; see `costRow`. */
  readonly costs: readonly (readonly number[])[];
  /** Of parts: for each the places of its entities. */
  readonly needs: readonly (readonly number[])[];
}

/** And behind it. */
interface Body {
  readonly entities?: readonly Value[];
  readonly parts?: readonly Value[];
  readonly duplicates?: readonly Value[];
  readonly patches?: readonly Value[];
  readonly corrections?: readonly Value[];
  readonly kind?: string;
  readonly number?: number;
  readonly seen?: number;
  readonly snapshot?: string;
}

/** What a batch sends. */
export interface Contents {
  /** Arguments of its function, but for those every batch has. */
  readonly members: Readonly<Record<string, Value>>;
  /** What each of its items costs. */
  readonly costs: readonly ItemCost[];
  /** Table and id of an item's document, where it has one. */
  documentOf(item: number): { readonly table: string; readonly documentId: string } | null;
}

/**
 * Reads what a batch sends: its items of its origin's line, with the entities that they need and no others. Costs the whole line, also for
 * a slice of it.
 */
export async function readContents(
  lines: { line(place: LinePlace): Promise<string> },
  batch: Batch,
): Promise<Contents> {
  const line = decodeLine(await lines.line(batch));
  const [from, to] = [batch.first, batch.first + batch.items];
  const costs = line.costs.slice(from, to).map(costOfRow);
  const items = (line.parts ?? line.patches ?? []).slice(from, to);
  return { members: membersOf(batch, line, from, to), costs, documentOf: (item) => documentOf(items[item]) };
}

function membersOf(
  { kind, batchId }: Batch,
  line: Head & Body,
  from: number,
  to: number,
): Readonly<Record<string, Value>> {
  switch (kind) {
    case "parts":
      return { entities: entitiesOf(line, from, to), parts: (line.parts ?? []).slice(from, to) };
    case "names": {
      const { parts = [], duplicates = [] } = line;
      const [after, until] = [Math.max(0, from - parts.length), Math.max(0, to - parts.length)];
      return { parts: parts.slice(from, to), duplicates: duplicates.slice(after, until) };
    }
    case "patches":
      return { patches: (line.patches ?? []).slice(from, to) };
    case "corrections": {
      const { kind: of = "", number = 0, seen = 0, snapshot = "", corrections = [] } = line;
      return { kind: of, number, seen, snapshot, id: batchId, corrections: [...corrections] };
    }
  }
}

/** Those that the items need, in the order of the line: parents before children. */
function entitiesOf({ needs, entities = [] }: Head & Body, from: number, to: number): Value[] {
  const needed = new Set(needs.slice(from, to).flat());
  return entities.filter((_, place) => needed.has(place));
}

function decodeLine(text: string): Head & Body {
  const tab = text.indexOf("\t");
  const head = JSON.parse(text.slice(0, tab)) as Head;
  return { ...head, ...(decodeValue(text.slice(tab + 1)) as unknown as Body) };
}

/** An item's cost as a line has it. */
export function costRow({ rows, argumentBytes, bytesRead, bytesWritten, writeBytes }: ItemCost): readonly number[] {
  return [rows, argumentBytes, bytesRead, bytesWritten, writeBytes];
}

function costOfRow(row: readonly number[]): ItemCost {
  const [rows = 0, argumentBytes = 0, bytesRead = 0, bytesWritten = 0, writeBytes = 0] = row;
  return { rows, argumentBytes, bytesRead, bytesWritten, writeBytes };
}

/** Of what is sent; one id stands for one content. */
export function hashOf({ members }: Contents): string {
  return createHash("sha256").update(canonicalEncoding(members)).digest("hex").slice(0, 32);
}

/** What some items of a batch cost, with what every batch costs. */
export function costOfSlice({ costs }: Contents, batch: Batch, first: number, items: number): ItemCost {
  const all = addCosts(costs);
  const some = addCosts(costs.slice(first, first + items));
  const overhead = (field: keyof ItemCost): number => Math.max(0, batch[field] - all[field]);
  return {
    rows: some.rows,
    argumentBytes: some.argumentBytes + overhead("argumentBytes"),
    bytesRead: some.bytesRead + overhead("bytesRead"),
    bytesWritten: some.bytesWritten + overhead("bytesWritten"),
    writeBytes: some.writeBytes + overhead("writeBytes"),
  };
}

function documentOf(item: Value | undefined): ReturnType<Contents["documentOf"]> {
  if (typeof item !== "object" || item === null || Array.isArray(item) || item instanceof ArrayBuffer) return null;
  const { table, documentId, _id } = item as Readonly<Record<string, Value>>;
  const id = documentId ?? _id;
  return typeof table === "string" && typeof id === "string" ? { table, documentId: id } : null;
}
