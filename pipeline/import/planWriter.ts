import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "../db/database.js";
import { inTransaction } from "../db/inTransaction.js";
import { ingest } from "../parts/ingest.js";
import { Outputs } from "../parts/outputs.js";
import type { RunPaths } from "../run/paths.js";
import { toolVersion } from "../run/version.js";
import { addCosts, type Batch, type BatchKind, type ItemCost } from "./batch.js";
import { costRow } from "./contents.js";
import { LineWriter } from "./lineFile.js";
import { createPlanSql, planSchema, planTables } from "./planTables.js";
import { type BatchBounds, boundsText } from "./usage.js";

/** What a batch is planned of. */
export interface NewBatch {
  readonly phase: string;
  readonly epoch: number;
  readonly kind: BatchKind;
  /** Its id, where that is prescribed. */
  readonly batchId?: string;
  /** An item each. */
  readonly costs: readonly ItemCost[];
  /** What the batch takes beside its items. */
  readonly overhead: ItemCost;
  /** For each part the places of its entities; left out where there are none. */
  readonly needs?: readonly (readonly number[])[];
  /** What is sent: members of a JSON object, as JSON texts. */
  readonly members: Readonly<Record<string, readonly (string | Buffer)[] | string>>;
  /** The documents of its items, in their order; left out where items are no document's. */
  readonly documents?: readonly { readonly part: string; readonly table: string; readonly documentId: string }[];
}

/** Writes a plan: lines to `batches.tsv`, rows to files that `finish` brings into the database. */
export class PlanWriter {
  private readonly lines: LineWriter;
  private readonly outputs: Outputs;
  private number = 0;

  /** @param snapshot what names the export (its SHA-256) */
  constructor(
    paths: Pick<RunPaths, "batches" | "spool">,
    private readonly snapshot: string,
  ) {
    const directory = join(paths.spool, "plan");
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.lines = new LineWriter(paths.batches);
    this.outputs = new Outputs(directory, "plan", (table) => planTables[table as keyof typeof planTables]);
  }

  add({ phase, epoch, kind, batchId, costs, overhead, needs = [], members, documents = [] }: NewBatch): void {
    const number = this.number++;
    const line = lineOf(members, costs, needs);
    const place = this.lines.write(line);
    const sum = addCosts([overhead, ...costs]);
    const id = batchId ?? `${kind}-${this.hash(phase, epoch, line)}`;
    const head = { number, origin: number, first: 0, items: costs.length, epoch, attempts: 0 };
    const batch: Batch = { ...head, ...sum, ...place, phase, kind, batchId: id };
    this.outputs.write("batches", { ...wholeNumbers(batch), state: "planned" });
    for (const [item, document] of documents.entries())
      this.outputs.write("items", { batch: BigInt(number), item: BigInt(item), ...document });
  }

  /** Puts the plan in its place, whole or not at all. */
  async finish(
    database: Database,
    { leftOut, bounds }: { readonly leftOut: number; readonly bounds: BatchBounds },
  ): Promise<void> {
    const { bytes } = this.lines;
    this.outputs.write("plan", {
      tool: toolVersion(),
      snapshot: this.snapshot,
      bounds: boundsText(bounds),
      bytes: BigInt(bytes),
      leftOut: BigInt(leftOut),
    });
    this.lines.finish();
    const files = this.outputs.close();
    await inTransaction(database, async () => {
      await database.run(createPlanSql());
      for (const [table, columns] of Object.entries(planTables)) {
        const file = files[table];
        if (file !== undefined) await ingest(database, planSchema, table, columns, [file]);
      }
    });
  }

  abandon(): void {
    this.lines.abandon();
    this.outputs.close();
  }

  private hash(phase: string, epoch: number, line: Buffer): string {
    const head = JSON.stringify([this.snapshot, phase, epoch]);
    return createHash("sha256").update(head).update(line).digest("hex").slice(0, 32);
  }
}

/** `{"costs":…,"needs":…}`, a tab, what is sent in the export's encoding; `readContents` reads it. */
function lineOf(
  members: NewBatch["members"],
  costs: readonly ItemCost[],
  needs: readonly (readonly number[])[],
): Buffer {
  const head = JSON.stringify({ costs: costs.map(costRow), needs });
  const body = Object.entries(members).flatMap(([name, texts], at) => [
    `${at === 0 ? "{" : ","}${JSON.stringify(name)}:`,
    ...(typeof texts === "string" ? [texts] : arrayOf(texts)),
  ]);
  return Buffer.concat([`${head}\t`, ...body, "}"].map((piece) => Buffer.from(piece as string)));
}

function arrayOf(texts: readonly (string | Buffer)[]): readonly (string | Buffer)[] {
  return ["[", ...texts.flatMap((text, at) => (at === 0 ? [text] : [",", text])), "]"];
}

/** Numbers of a row as a column of whole ones takes them. */
function wholeNumbers(batch: Batch) {
  return Object.fromEntries(
    Object.entries(batch).map(([name, value]) => [name, typeof value === "number" ? BigInt(Math.round(value)) : value]),
  );
}
