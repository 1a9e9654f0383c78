import type { Value } from "convex/values";
import type {
  EntityMention,
  EntryKind,
  PartEntry,
  PartResult,
  PartRow,
  SourceDocument,
  Tally,
} from "./defineTransform.js";
import { jsonPointer } from "./jsonPointer.js";
import { emptyTally } from "./tally.js";
import { withoutAbsent } from "./withoutAbsent.js";

/** A part with more rows and entities than this gives none (spec 4, Parts). */
export const maxPartSize = 500;

/** Where a fate of an element, or of a part of one, is told. */
interface Found {
  /** `invalid_attachment`, `duplicate_tool_call`, … */
  readonly code: string;
  /** JSON Pointer into the document; `jsonPointer("toolCalls", 2)` writes one. */
  readonly path: string;
  readonly value?: Value | undefined;
  readonly detail?: string | undefined;
  /** The change of the document that goes with the entry. */
  readonly patch?: PartEntry["patch"];
}

/**
 * Collects what one part gives, and keeps its tally, so that entry and count cannot come apart.
 *
 * Use: `const part = startPart(document, moves)`; announce every element with `found`; give each of them exactly one fate
 * with `row`, `rejected`, `merged`, `mergedByCount`, `kept` or `undecided`; end with `return part.finish()`. The methods
 * that take no element (`keptPart`, `noted`, `repaired`) tell about a piece of an element, or about the document, and
 * count nothing.
 */
export interface PartBuilder {
  /** Counts `count` elements (1 when left out) as found in the source. */
  found(element: string, count?: number): void;
  /** The element's fate: a row. Columns whose value is undefined are left out. */
  row(row: PartRow): void;
  /** The element's fate: no row, a person decides. The entry holds the element whole. */
  rejected(element: string, entry: Found & { readonly value: Value }): void;
  /** The element's fate: its information is in another row. Give a value only where it differs from that row. */
  merged(element: string, entry: Found): void;
  /** The same fate without an entry, where the spec says "merged, by count". */
  mergedByCount(element: string, count?: number): void;
  /** The element's fate: kept whole in the ledger. */
  kept(element: string, entry: Found): void;
  /** The element's fate is left to a set rule, which gets `mention`. */
  undecided(element: string, mention: EntityMention): void;
  /** What a row says about an entity it refers to; parents before children. Counts no element. */
  mention(mention: EntityMention): void;
  /** A piece of an element without a place in the target, or `original`-like values of no element. */
  keptPart(entry: Found): void;
  /** Nothing is lost; carries no value. */
  noted(entry: Omit<Found, "value">): void;
  /** An existing document is to change. */
  repaired(entry: Found): void;
  /**
   * The result. A part of more than `maxPartSize` rows and distinct entities gives neither rows, mentions nor its other
   * entries: each moved field the document has becomes one `part_too_large` entry (kept) with the whole field, and
   * every element found counts as kept. Those entries carry no `element`, since each stands for many;
   * `StoredPart.kept` gives them back. What the part would give without the bound stands in `beyondBound`.
   */
  finish(): PartResult;
}

/**
 * @param document the document being mapped; read only when the part turns out too large.
 * @param moves the transform's moved fields.
 */
export function startPart(document: SourceDocument, moves: readonly string[]): PartBuilder {
  const rows: PartRow[] = [];
  const mentions: EntityMention[] = [];
  const entries: PartEntry[] = [];
  const tally: Record<string, Tally> = {};

  const of = (element: string): Tally => {
    tally[element] ??= emptyTally();
    return tally[element];
  };
  const enter = (kind: EntryKind, { code, path, value, detail, patch }: Found, element?: string): void => {
    entries.push({
      code,
      kind,
      path,
      ...(value === undefined ? {} : { value }),
      ...(detail === undefined ? {} : { detail }),
      ...(element === undefined ? {} : { element }),
      ...(patch === undefined ? {} : { patch }),
    });
  };

  return {
    found(element, count = 1) {
      of(element).source += count;
    },
    row(row) {
      of(row.element).rows += 1;
      rows.push({ ...row, value: withoutAbsent(row.value) });
    },
    rejected(element, entry) {
      of(element).rejected += 1;
      enter("rejected", entry, element);
    },
    merged(element, entry) {
      of(element).merged += 1;
      enter("merged", entry, element);
    },
    mergedByCount(element, count = 1) {
      of(element).merged += count;
    },
    kept(element, entry) {
      of(element).kept += 1;
      enter("kept", entry, element);
    },
    undecided(element, mention) {
      of(element).undecided += 1;
      mentions.push(mention);
    },
    mention(mention) {
      mentions.push(mention);
    },
    keptPart(entry) {
      enter("kept", entry);
    },
    noted(entry) {
      enter("noted", entry);
    },
    repaired(entry) {
      enter("repaired", entry);
    },
    finish() {
      if (isTooLarge(rows, mentions)) return { ...tooLarge(document, moves, tally), beyondBound: { rows, mentions } };
      return { rows, mentions, entries, tally };
    },
  };
}

/** Counts rows, and entities once each however many rows or mentions name them. */
function isTooLarge(rows: readonly PartRow[], mentions: readonly EntityMention[]): boolean {
  const named = [...rows.flatMap(({ refs }) => refs), ...mentions];
  if (rows.length + named.length <= maxPartSize) return false;
  const names = new Set(named.map(({ table, key }) => JSON.stringify([table, ...key])));
  return rows.length + names.size > maxPartSize;
}

function tooLarge(
  document: SourceDocument,
  moves: readonly string[],
  tally: Readonly<Record<string, Tally>>,
): PartResult {
  const entries: PartEntry[] = [];
  for (const field of moves) {
    const value = document[field];
    if (value !== undefined) entries.push({ code: "part_too_large", kind: "kept", path: jsonPointer(field), value });
  }
  const kept = Object.entries(tally).map(([element, { source }]): [string, Tally] => [
    element,
    { ...emptyTally(), source, kept: source },
  ]);
  return { rows: [], mentions: [], entries, tally: Object.fromEntries(kept) };
}
