/** The mapping of one pass, a chunk of documents at a time: decode, map, write rows, mentions and ledger entries. */
import {
  addTally,
  type Environment,
  emptyTally,
  type Fields,
  type PartEntry,
  type PartInput,
  type PartRow,
  type SourceDocument,
  type Tally,
  type Transform,
} from "../../transforms/index.js";
import { mintId } from "../convexFormat/ids.js";
import { valueSize } from "../convexFormat/valueSize.js";
import { movedMisfits } from "../model/misfitsOf.js";
import type { Model } from "../model/types.js";
import { idTableOf } from "./environment.js";
import type { Outputs } from "./outputs.js";
import { partInput, readPassDocument } from "./partInput.js";
import type { Pass } from "./passes.js";
import { keyColumn, ledgerRelation, mentionsRelation, misfitsRelation } from "./relations.js";

/** Distance between the creation times of siblings: 2⁻¹² ms, the finest a double keeps for today's dates (spec 4). */
const siblingStep = 2 ** -12;

export type Tallies = Record<string, Tally>;

/** What the moved fields of a table's documents weigh, in Convex's own count. */
export interface MovedSizes {
  /** Documents that have a moved field. */
  documents: number;
  bytes: number;
}

/** Natural key as the id's hash takes it: texts as they are, numbers in JavaScript's shortest form, absent as "". */
function keyText(value: unknown): string {
  return value === undefined || value === null ? "" : String(value);
}

export class DocumentMapper {
  /** By `part element`, since two parts may count elements of one name. */
  readonly tallies: Tallies = {};
  /** By table. */
  readonly moved: Record<string, MovedSizes> = {};
  private readonly idTable;

  constructor(
    private readonly model: Model,
    private readonly outputs: Outputs,
    private readonly environment: Environment,
    private readonly tableNumbers: Readonly<Record<string, number>>,
  ) {
    this.idTable = idTableOf({ tableNumbers });
  }

  map(pass: Pass, lines: Iterable<string>): void {
    for (const line of lines) {
      const read = readPassDocument(line);
      this.weigh(pass, read.document);
      this.validate(pass, read.document);
      for (const member of pass.transforms) {
        this.mapPart(member.transform, partInput(member, read, this.environment));
      }
    }
  }

  private weigh(pass: Pass, document: SourceDocument): void {
    let bytes = 0;
    for (const { transform } of pass.transforms) {
      for (const field of transform.moves) {
        const value = document[field];
        if (value !== undefined) bytes += field.length + 1 + valueSize(value);
      }
    }
    if (bytes === 0) return;
    const sizes = this.moved[pass.table] ?? { documents: 0, bytes: 0 };
    this.moved[pass.table] = { documents: sizes.documents + 1, bytes: sizes.bytes + bytes };
  }

  /** A deploy would refuse the document for what its moved fields hold. They are decoded here and nowhere else. */
  private validate({ table }: Pass, document: SourceDocument): void {
    for (const { path, reason } of movedMisfits(document, this.model.table(table), this.idTable)) {
      this.outputs.write(misfitsRelation, { table, _id: document._id, path, reason, schemas: "both", moved: true });
    }
  }

  private mapPart(transform: Transform, input: PartInput): void {
    const result = transform.map(input);
    const ordinals: Record<string, number> = {};
    for (const row of result.rows) {
      const ordinal = ordinals[row.table] ?? 0;
      ordinals[row.table] = ordinal + 1;
      this.writeRow(row, input.document._creationTime + ordinal * siblingStep);
    }
    result.mentions.forEach((mention, ordinal) => {
      this.outputs.write(mentionsRelation(mention.table), {
        documentId: input.document._id,
        documentCreationTime: input.document._creationTime,
        ordinal,
        ...mention.value,
      });
    });
    for (const entry of result.entries) this.writeEntry(transform, input.document, entry);
    for (const [element, tally] of Object.entries(result.tally)) this.count(transform, element, tally);
  }

  private count(transform: Transform, element: string, tally: Tally): void {
    const key = `${transform.part} ${element}`;
    this.tallies[key] ??= emptyTally();
    addTally(this.tallies[key], tally);
  }

  private writeRow(row: PartRow, creationTime: number): void {
    const table = this.model.table(row.table);
    const staged: Record<string, Fields[string]> = { ...row.value, _creationTime: creationTime };
    for (const { column, table: entity, key } of row.refs) {
      this.model.table(entity).naturalKey.forEach((field, index) => {
        staged[keyColumn(column, field)] = key[index] ?? undefined;
      });
    }
    // A key that includes an entity's id waits for that id (`finishTable`).
    if (row.refs.every(({ column }) => !table.naturalKey.includes(column))) {
      const key = table.naturalKey.map((name) => keyText(row.value[name]));
      staged._id = mintId(this.tableNumbers[row.table] ?? 0, row.table, key, creationTime);
    }
    this.outputs.write(`staging.${row.table}`, staged);
  }

  private writeEntry(transform: Transform, document: SourceDocument, entry: PartEntry): void {
    const { code, kind, path, value, detail, element, patch } = entry;
    this.outputs.write(ledgerRelation, {
      phase: transform.phase,
      code,
      kind,
      table: transform.table,
      documentId: document._id,
      path,
      value,
      detail,
      element,
      part: transform.part,
      ...(patch === undefined
        ? {}
        : { patch: { expect: patch.expect, set: patch.set ?? {}, unset: [...(patch.unset ?? [])] } }),
    });
  }
}
