/** Gives the old fields back from stored rows and ledger, and compares: law 2 of spec 4, on what really stands in the tables. */
import {
  type Fields,
  type Original,
  originalEntry,
  rebuildPart,
  sameFieldValue,
  type Transform,
} from "../../transforms/index.js";
import type { Pass } from "./passes.js";
import { originalsOf, rowsOf, type StoredLine, storedPart } from "./storedLine.js";

/** A document of which a moved field would not come back as it was. */
export interface Mismatch {
  readonly table: string;
  readonly documentId: string;
  readonly part: string;
  readonly field: string;
}

/** A mismatch as an offender of the check `rebuild`. */
export function offenderOf({ table, documentId, field }: Mismatch) {
  return { table, _id: documentId, detail: `${field} would not come back as it was` };
}

export interface RebuildOutcome {
  readonly mismatches: readonly Mismatch[];
  /** Ledger rows that hold whole what the rows do not give back; with them it comes back, or a mismatch says that it does not. */
  readonly originals: readonly Fields[];
}

/**
 * Rebuilds every moved field of these documents.
 *
 * @param decide whether a field that does not come back gets an `original` entry
 */
export function rebuildDocuments(pass: Pass, lines: Iterable<StoredLine>, decide: boolean): RebuildOutcome {
  const mismatches: Mismatch[] = [];
  const originals: Fields[] = [];
  const members = pass.transforms.filter(({ transform }) => transform.moves.length > 0);
  for (const line of lines) {
    for (const { transform } of members) {
      const outcome = rebuildOne(transform, line, decide);
      mismatches.push(...outcome.mismatches);
      originals.push(...outcome.originals);
    }
  }
  return { mismatches, originals };
}

const nothingFound: RebuildOutcome = { mismatches: [], originals: [] };

function rebuildOne(transform: Transform, line: StoredLine, decide: boolean): RebuildOutcome {
  const { part, phase, table, moves, givesBack } = transform;
  const document = line.d;
  if (givesBack !== undefined && line.k.length === 0) {
    const rows = rowsOf(transform, line);
    if (moves.every((field) => givesBack(field, document[field], { rows, entities: line.e }))) return nothingFound;
  }
  const stored = storedPart(transform, line);
  const differing = (known: Readonly<Record<string, Original>>): string[] => {
    const rebuilt = rebuildPart(transform, stored, known);
    return moves.filter((field) => !sameFieldValue(field, document[field], rebuilt[field]));
  };
  const known = originalsOf(line, part);
  let fields = differing(known);
  if (fields.length === 0) return nothingFound;
  const entries = decide
    ? fields.map((field) => ({ field, entry: originalEntry(transform, document, field, stored) }))
    : [];
  if (decide) {
    const decided = entries.map(({ field, entry }): [string, Original] => [
      field,
      { value: entry.value === undefined ? [] : entry.value, detail: entry.detail },
    ]);
    fields = differing({ ...known, ...Object.fromEntries(decided) });
  }
  return {
    mismatches: fields.map((field) => ({ table, documentId: document._id, part, field })),
    originals: entries.map(({ entry: { code, kind, path, value, detail } }) => ({
      code,
      kind,
      path,
      value,
      detail,
      phase,
      table,
      documentId: document._id,
      part,
    })),
  };
}
