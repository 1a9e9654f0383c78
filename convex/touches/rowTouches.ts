/** Which aggregates a row counts for: usageCount of its tag, accessCount and times of its url's metadata. */
import type { Fields } from "../../transforms/defineTransform.js";
import { type Delta, isTime } from "./delta.js";
import type { Touches } from "./touches.js";
import type { TouchKind } from "./touchKinds.js";

interface RowAggregate {
  readonly kind: TouchKind;
  /** Column that names the aggregate's row. */
  readonly column: string;
  delta(row: Fields, sign: 1 | -1): Delta;
}

const tagUse: RowAggregate = { kind: "tags", column: "tagId", delta: (_, sign) => ({ usageCount: sign }) };

/** By table of rows. */
const rowAggregates: Readonly<Record<string, RowAggregate>> = {
  sources: {
    kind: "sourceMetadata",
    column: "sourceMetadataId",
    // A citation that goes takes no time back: times only widen.
    delta: ({ createdAt }, sign) =>
      sign === 1 && isTime(createdAt)
        ? { accessCount: 1, firstSeenAt: createdAt, lastAccessedAt: createdAt }
        : { accessCount: sign },
  },
  bookmarkTags: tagUse,
  snippetTags: tagUse,
  noteTags: tagUse,
  feedbackTagJunctions: tagUse,
};

/** Do aggregates count the rows of this table? */
export function isCounted(table: string): boolean {
  return Object.hasOwn(rowAggregates, table);
}

/**
 * Appends what a row's change means for the aggregates.
 *
 * @param before null for a row that is born
 * @param after null for a row that goes
 */
export async function touchForRow(
  touches: Touches,
  table: string,
  before: Fields | null,
  after: Fields | null,
): Promise<void> {
  const aggregate = rowAggregates[table];
  if (aggregate === undefined) return;
  const { kind, column, delta } = aggregate;
  if (before !== null && after !== null && before[column] === after[column]) return;
  if (before !== null) await touches.add(kind, String(before[column]), delta(before, -1));
  if (after !== null) await touches.add(kind, String(after[column]), delta(after, 1));
}
