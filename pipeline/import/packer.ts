import { entityMentions } from "../../transforms/index.js";
import type { Model } from "../model/types.js";
import type { EncodedPart } from "../parts/encodeDocuments.js";
import type { WriteCost } from "../parts/rowCost.js";
import type { ItemCost } from "./batch.js";
import type { PlannedEntity } from "./entities.js";
import { recordCost, touchCost } from "./touchCost.js";
import { addUsage, fits, growth, nanosecondsPerByte, nanosecondsPerRow, noUsage, type Usage } from "./usage.js";

/** A part on its way into a batch. */
export interface PackedPart {
  readonly part: EncodedPart;
  /** What is sent of it: the part, or its name. */
  readonly text: Buffer;
}

/** A batch that is full, or the last of its phase. */
export interface Packed {
  readonly parts: readonly PackedPart[];
  readonly costs: readonly ItemCost[];
  /** For each part the places of its entities in `entities`, parents before children. */
  readonly needs: readonly (readonly number[])[];
  readonly entities: readonly string[];
  /** What the batch takes beside its items. */
  readonly overhead: ItemCost;
}

/** What is packed together. */
interface Open {
  usage: Usage;
  readonly parts: PackedPart[];
  readonly costs: ItemCost[];
  readonly needs: number[][];
  readonly entities: Map<string, number>;
  readonly texts: string[];
  readonly read: Set<string>;
  readonly touched: Set<string>;
}

export type EntityOf = (name: string) => PlannedEntity;

/** Entities that a batch before may have made; the plan's first batch that mentions one pays for its row. */
export class Born {
  private readonly bits: Uint8Array;

  constructor(entities: number) {
    this.bits = new Uint8Array(Math.ceil(entities / 8));
  }

  has({ number, isThere }: PlannedEntity): boolean {
    return isThere || ((this.bits[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }

  add({ number }: PlannedEntity): void {
    this.bits[number >> 3] = (this.bits[number >> 3] ?? 0) | (1 << (number & 7));
  }
}

/** Puts parts into batches in the order they come, as many as fit (`mostUsage`). Holds one open batch. */
export class Packer {
  private readonly touchCosts: ReadonlyMap<string, WriteCost>;
  private open: Open;

  /**
   * @param sends `parts`, with their entities beside them, or `names`
   * @param most what a batch may take
   */
  constructor(
    private readonly model: Model,
    private readonly sends: "parts" | "names",
    private readonly most: Readonly<Usage>,
    private readonly born: Born,
  ) {
    this.touchCosts = new Map(Object.keys(entityMentions).map((table) => [table, touchCost(model, table)]));
    this.open = this.begin();
  }

  /**
   * Adds a part to the open batch, or to the next one.
   *
   * @returns the batch that is full now, if one is
   */
  add(packed: PackedPart, entityOf: EntityOf): Packed | null {
    const usage = this.usageOf(packed, entityOf);
    if (this.open.parts.length === 0 || fits(addUsage(this.open.usage, usage), this.most)) {
      this.put(packed, entityOf, usage);
      return null;
    }
    const full = this.finish();
    this.put(packed, entityOf, this.usageOf(packed, entityOf));
    return full;
  }

  /** Would the part fit into a batch of its own, whatever a second may take? */
  fitsAlone(packed: PackedPart, entityOf: EntityOf): boolean {
    const alone = { ...this.usageOf(packed, entityOf, this.begin()), writeBytes: 0 };
    return fits(addUsage(baseUsage(this.model), alone), { ...this.most, writeBytes: Number.POSITIVE_INFINITY });
  }

  /** Closes the open batch; null when nothing is in it. */
  finish(): Packed | null {
    const { parts, costs, needs, texts } = this.open;
    this.open = this.begin();
    return parts.length === 0 ? null : { parts, costs, needs, entities: texts, overhead: batchOverhead(this.model) };
  }

  private begin(): Open {
    return {
      usage: baseUsage(this.model),
      parts: [],
      costs: [],
      needs: [],
      entities: new Map(),
      texts: [],
      read: new Set(),
      touched: new Set(),
    };
  }

  private put(packed: PackedPart, entityOf: EntityOf, usage: Readonly<Usage>): void {
    const { open } = this;
    const { part } = packed;
    open.usage = addUsage(open.usage, usage);
    open.parts.push(packed);
    open.costs.push({ ...usage, rows: this.sends === "parts" ? part.rows : 0 });
    for (const [id] of part.reads) open.read.add(id);
    for (const name of part.touches) open.touched.add(name);
    open.needs.push(part.entities.map((name) => this.place(name, entityOf(name))));
  }

  private place(name: string, entity: PlannedEntity): number {
    const { entities, texts } = this.open;
    const known = entities.get(name);
    if (known !== undefined) return known;
    this.born.add(entity);
    entities.set(name, texts.length);
    return texts.push(entity.text) - 1;
  }

  /** What a part adds to a batch: what the batch reads, names or counts already costs nothing again. */
  private usageOf({ part, text }: PackedPart, entityOf: EntityOf, open = this.open): Usage {
    const usage: Usage = {
      ...noUsage,
      argumentBytes: text.length,
      bytesWritten: part.documentBytes,
      documentsWritten: part.rows,
      databaseQueries: part.tables,
      writeBytes: part.writeBytes + recordBytesPerItem,
      nanoseconds: (part.hashedBytes + text.length) * nanosecondsPerByte + part.rows * nanosecondsPerRow,
    };
    for (const [id, bytes] of part.reads) {
      if (!open.read.has(id)) countRead(usage, bytes);
    }
    for (const name of part.entities) {
      if (!open.entities.has(name)) this.countEntity(usage, entityOf(name));
    }
    this.countTouches(usage, part, open);
    return usage;
  }

  private countEntity(usage: Usage, entity: PlannedEntity): void {
    if (this.sends === "parts") usage.argumentBytes += Buffer.byteLength(entity.text);
    usage.nanoseconds += nanosecondsPerRow;
    countRead(usage, entity.documentBytes);
    if (this.born.has(entity)) return;
    usage.bytesWritten += entity.documentBytes;
    usage.writeBytes += entity.writeBytes;
    usage.documentsWritten += 1;
  }

  /** A key's first touch is a document; what comes later in the transaction is added to it. */
  private countTouches(usage: Usage, { touches }: EncodedPart, open: Open): void {
    const made = new Set<string>();
    for (const name of touches) {
      const { documentBytes, writeBytes } = this.touchCosts.get(tableOf(name)) ?? nothing;
      usage.documentsWritten += 1;
      usage.bytesWritten += documentBytes;
      if (open.touched.has(name) || made.has(name)) countRead(usage, documentBytes);
      else usage.writeBytes += writeBytes;
      made.add(name);
    }
  }
}

function countRead(usage: Usage, bytes: number): void {
  usage.bytesRead += Math.ceil(bytes * growth);
  usage.documentsRead += 1;
  usage.databaseQueries += 1;
}

/** What every batch takes beside its items. */
export function batchOverhead(model: Model): ItemCost {
  return { ...baseUsage(model), rows: 0 };
}

/** The phases' switches, and the record of the batch. */
export function baseUsage(model: Model): Usage {
  const { documentBytes, writeBytes } = recordCost(model, 0);
  const switches = 7;
  return {
    ...noUsage,
    bytesRead: switches * 300,
    documentsRead: switches,
    databaseQueries: 2,
    documentsWritten: 1,
    bytesWritten: documentBytes,
    writeBytes,
  };
}

const nothing: WriteCost = { documentBytes: 0, writeBytes: 0 };

/** An outcome in the record's answer. */
const recordBytesPerItem = 10;

/** Of `entityName`: `["tags",…`. */
function tableOf(name: string): string {
  return name.slice(2, name.indexOf('"', 2));
}
