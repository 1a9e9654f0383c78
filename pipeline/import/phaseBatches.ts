import type { EntityOf, Packed, PackedPart, Packer } from "./packer.js";
import type { PlanWriter } from "./planWriter.js";

/** The batches of one phase's parts: whole parts, and the names of those that are too large for a batch. */
export class PhaseBatches {
  constructor(
    private readonly writer: PlanWriter,
    private readonly of: { readonly phase: string; readonly epoch: number },
    private readonly parts: Packer,
    private readonly names: Packer,
  ) {}

  /** @param name the same part as it is sent by name */
  add(part: PackedPart, name: PackedPart, entityOf: EntityOf): void {
    const isWhole = this.parts.fitsAlone(part, entityOf);
    const full = isWhole ? this.parts.add(part, entityOf) : this.names.add(name, entityOf);
    if (full !== null) this.write(isWhole ? "parts" : "names", full);
  }

  finish(): void {
    for (const kind of ["parts", "names"] as const) {
      const last = this[kind].finish();
      if (last !== null) this.write(kind, last);
    }
  }

  private write(kind: "parts" | "names", { parts, costs, needs, entities, overhead }: Packed): void {
    const texts = parts.map(({ text }) => text);
    const members = kind === "parts" ? { entities, parts: texts } : { parts: texts, duplicates: [] };
    const documents = parts.map(({ part: { part, table, documentId } }) => ({ part, table, documentId }));
    this.writer.add({ ...this.of, kind, costs, overhead, needs, members, documents });
  }
}
