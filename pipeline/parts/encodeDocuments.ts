/**
 * The parts of one pass as a deployment takes them (`transforms/partBatch.ts`), each with what it costs there: what the importer packs
 * into batches.
 */
import {
  type BatchPart,
  canonicalEncoding,
  type Environment,
  encodePart,
  type PartInput,
  type PartResult,
  type Transform,
  type Value,
} from "../../transforms/index.js";
import type { Model } from "../model/types.js";
import { type PassDocument, partInput, readPassDocument } from "./partInput.js";
import type { Pass, PassTransform } from "./passes.js";
import { rowCost } from "./rowCost.js";

/** A part and what it takes. */
export interface EncodedPart {
  readonly part: string;
  readonly table: string;
  readonly documentId: string;
  readonly rows: number;
  /** Tables its rows go to: an index range each. */
  readonly tables: number;
  /** Of its rows, in Convex's count. */
  readonly documentBytes: number;
  /** Log and index entries of its rows. */
  readonly writeBytes: number;
  /** Bytes that are hashed for its fingerprint, about. */
  readonly hashedBytes: number;
  /** Documents that are read for it, each with its bytes: its own first. */
  readonly reads: readonly (readonly [id: string, bytes: number])[];
  /** Names of the entities it mentions (`entityName`), parents before children. */
  readonly entities: readonly string[];
  /** For each row that refers to one, the name of that entity. */
  readonly touches: readonly string[];
}

/** What names an entity within a run: its table and natural key. */
export function entityName(table: string, key: readonly (string | null)[]): string {
  return JSON.stringify([table, ...key]);
}

/** Does a transform give anything to send? One without rows and entities is there for the accounting alone. */
function isSent({ writes, mentions }: Transform): boolean {
  return Object.keys(writes).length > 0 || mentions.length > 0;
}

/** Takes one part: its phase, what it costs, and its text in the export's encoding. */
export type OnPart = (phase: string, part: EncodedPart, text: string) => void;

/** Encodes the parts of the documents in `lines` that give rows or entities. */
export function encodeDocuments(
  model: Model,
  environment: Environment,
  pass: Pass,
  lines: Iterable<string>,
  onPart: OnPart,
): void {
  const members = pass.transforms.filter(({ transform }) => isSent(transform));
  for (const line of lines) {
    const read = readPassDocument(line);
    for (const member of members) {
      const input = partInput(member, read, environment);
      const result = member.transform.map(input);
      if (result.rows.length === 0 && result.mentions.length === 0) continue;
      const encoded = encodePart(member.transform, input, result);
      const cost = { ...costOf(model, member.transform, encoded, result), hashedBytes: line.length };
      const name = { part: encoded.part, table: encoded.table, documentId: encoded.documentId };
      const part = { ...name, ...cost, reads: readsOf(member, read, input) };
      onPart(member.transform.phase, part, canonicalEncoding(encoded as unknown as Value));
    }
  }
}

function costOf(model: Model, { writes }: Transform, { rows }: BatchPart, { mentions }: PartResult) {
  const costs = rows.map((row) => rowCost(model, row));
  return {
    rows: rows.length,
    tables: Object.keys(writes).length,
    documentBytes: costs.reduce((sum, { documentBytes }) => sum + documentBytes, 0),
    writeBytes: costs.reduce((sum, { writeBytes }) => sum + writeBytes, 0),
    entities: [...new Set(mentions.map(({ table, key }) => entityName(table, key)))],
    touches: rows.flatMap(({ refs }) => refs.map(({ table, key }) => entityName(table, key))),
  };
}

function readsOf(member: PassTransform, { weights }: PassDocument, { document, lookup, lookupMany }: PartInput) {
  const reads: [string, number][] = [[document._id, weights.d ?? 0]];
  for (const { name, slot, many } of member.lookups) {
    const bytes = weights[slot] ?? 0;
    const found = lookup[name];
    if (!many && found) reads.push([found._id, bytes]);
    const several = [...(lookupMany[name]?.keys() ?? [])];
    // Of documents along an array the sum alone is known.
    if (many && bytes > 0)
      reads.push(...several.map((id): [string, number] => [id, Math.ceil(bytes / several.length)]));
  }
  return reads;
}
