/** Gives the old fields back from stored rows and ledger, and compares: law 2 of spec 4, on what really stands in the tables. */
import { type Fields, rebuildPart, sameFieldValue } from "../../transforms/index.js";
import { missingOriginals } from "./mapDocuments.js";
import type { Pass } from "./passes.js";
import { originalsOf, readStoredLine, storedPart } from "./storedLine.js";

/** A document of which a moved field would not come back as it was. */
export interface Mismatch {
  readonly table: string;
  readonly documentId: string;
  readonly part: string;
  readonly field: string;
}

export interface RebuildOutcome {
  readonly mismatches: readonly Mismatch[];
  /** Ledger rows that would hold the mismatching fields whole. */
  readonly originals: readonly Fields[];
}

/** Rebuilds every moved field of these documents. `lines` come from `storedPartsQuery`. */
export function rebuildDocuments(pass: Pass, lines: readonly string[]): RebuildOutcome {
  const mismatches: Mismatch[] = [];
  const originals: Fields[] = [];
  for (const text of lines) {
    const line = readStoredLine(text);
    for (const { transform } of pass.transforms) {
      if (transform.moves.length === 0) continue;
      const { part, phase, table, moves } = transform;
      const documentId = line.d._id;
      const stored = storedPart(transform, line);
      const rebuilt = rebuildPart(transform, stored, originalsOf(line, part));
      for (const field of moves) {
        if (!sameFieldValue(field, line.d[field], rebuilt[field])) mismatches.push({ table, documentId, part, field });
      }
      for (const entry of missingOriginals(transform, line.d, stored, rebuilt)) originals.push({ ...entry, phase, table, documentId, part } as Fields);
    }
  }
  return { mismatches, originals };
}
