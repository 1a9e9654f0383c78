/**
 * Which engine the function suites run on: `convex-test` or, with `UNNEST_ENGINE=embedded`, the embedded deployment, through the part of
 * `convex-test`'s surface that the suites use.
 */
import type { GenericSchema, SchemaDefinition } from "convex/server";
import { convexTest, type TestConvex } from "convex-test";
import { decodeId, encodeId } from "../../pipeline/convexFormat/ids.js";
import { Store } from "../../pipeline/embedded/store/store.js";
import { embeddedTest } from "./embeddedTest.js";

export type { TestConvex } from "convex-test";

export interface EngineOptions<Schema extends GenericSchema> {
  readonly schema: SchemaDefinition<Schema, boolean>;
  /** By path, `/app/dir/file.ts`; one in `_generated` tells where the root is. */
  readonly modules: Record<string, () => Promise<Record<string, unknown>>>;
  /** Whether Convex's limits are enforced, or what is used is only counted. */
  readonly transactionLimits?: boolean;
}

/** Its number in every deployment. */
const storageTable = 513;

export const isEmbedded = process.env.UNNEST_ENGINE === "embedded";

/** An empty deployment on the chosen engine. */
export function startEngine<Schema extends GenericSchema>(
  options: EngineOptions<Schema>,
): TestConvex<SchemaDefinition<Schema, boolean>> {
  return isEmbedded
    ? (embeddedTest(options) as unknown as TestConvex<SchemaDefinition<Schema, boolean>>)
    : convexTest(options);
}

/** A file's id in the chosen engine's form; no such file is there. */
export function fileId(number: number): string {
  if (!isEmbedded) return `${String(number).padStart(24, "0")}_storage`;
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, number);
  return encodeId(storageTable, bytes);
}

/** Tells ids as the chosen engine mints them: `convex-test`'s end with the name of their table. */
export function idReader(schema: SchemaDefinition<GenericSchema, boolean>): (table: string, text: string) => boolean {
  if (!isEmbedded) return (table, text) => /^\d+/.test(text) && text.replace(/^\d+/, "") === table;
  const store = new Store(schema);
  return (table, text) => decodeId(text)?.tableNumber === store.table(table)?.number;
}
