import type { Transform } from "../../transforms/defineTransform.js";
import { phaseOf, type Sync } from "../sync/sync.js";
import { partsMovingFrom, partsOf } from "./concerns.js";
import { countedFields } from "./countDocument.js";
import { lookedUpFields } from "./fanOutChange.js";

/** What all wrapped writes of one mutation share. */
export interface DualWrite {
  readonly sync: Sync;
  /** The options whose tables the application has (`memories`). */
  readonly options: ReadonlySet<string>;
  /** Moved fields, as `table field`, whose direct write this transaction has recorded, or, as `table.field`, dropped. */
  readonly recorded: Set<string>;
  /** Parts, as `unreturnedName`, that the application read in this transaction without the fields that are on their way back. */
  readonly unreturned: Set<string>;
  /** Parts that this transaction has tried to bring back: one try is enough. */
  readonly looked: Set<string>;
}

export function unreturnedName({ part }: Pick<Transform, "part">, documentId: string): string {
  return `${documentId} ${part}`;
}

/** @param options of tables the application has; none where no wrapper told */
export function startDualWrite(sync: Sync, options: readonly string[] = []): DualWrite {
  return { sync, options: new Set(options), recorded: new Set(), unreturned: new Set(), looked: new Set() };
}

/** The parts of a table's documents that are kept in step: their phase is on, and their option if they have one. */
export function partsKept({ sync, options }: DualWrite, table: string): readonly Transform[] {
  return partsOf(table).filter(
    (transform) =>
      phaseOf(sync, transform).step !== "off" && (transform.option === undefined || options.has(transform.option)),
  );
}

/** The parts kept that read one of these fields. */
export function partsConcerned(dualWrite: DualWrite, table: string, fields: readonly string[]): readonly Transform[] {
  return partsKept(dualWrite, table).filter(({ reads }) => reads.fields.some((field) => fields.includes(field)));
}

/** Does anything follow from writes of this table? Nothing does while all phases concerned are off, and then nothing is read either. */
export function isWatched(dualWrite: DualWrite, table: string): boolean {
  const { sync } = dualWrite;
  return (
    partsKept(dualWrite, table).length > 0 ||
    partsMovingFrom(table).some((part) => phaseOf(sync, part).step !== "off") ||
    countedFields(sync, table).length > 0 ||
    lookedUpFields(sync, table).size > 0
  );
}
