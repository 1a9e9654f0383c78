import type { Fields, SourceDocument, Transform } from "../../transforms/defineTransform.js";
import { withPartValue } from "../sync/partValue.js";
import { phaseOf, type Sync } from "../sync/sync.js";
import { partsMovingFrom } from "./concerns.js";

/** The parts of phases that are `returning` of which a write names a moved field: from then on the document holds them whole. */
export function returnedParts(sync: Sync, table: string, fields: readonly string[]): readonly Transform[] {
  return partsMovingFrom(table).filter(
    (part) => phaseOf(sync, part).step === "returning" && part.moves.some((field) => fields.includes(field)),
  );
}

/** The moved fields of these parts as they are, for those the document does not hold yet: to be written along with the write. */
export async function returnedFields(
  sync: Sync,
  parts: readonly Transform[],
  document: SourceDocument,
): Promise<Fields> {
  const fields: Record<string, Fields[string]> = {};
  for (const part of parts) {
    const valued = await withPartValue(sync.db, part, document, phaseOf(sync, part).step);
    for (const field of part.moves) if (valued[field] !== undefined) fields[field] = valued[field];
  }
  return fields;
}
