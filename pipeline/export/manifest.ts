import { z } from "zod";

/** Name of the file that makes a folder an export; it comes last and goes first. */
export const manifestName = "export.json";

const manifest = z.object({
  tool: z.literal("unnest"),
  version: z.string(),
  format: z.string(),
  naming: z.string(),
  snapshot: z.object({ name: z.string(), sha256: z.string().nullable() }),
  tables: z.array(
    z.object({
      /** In the export, and in the model. */
      name: z.string(),
      source: z.string(),
      file: z.string(),
      rows: z.number(),
      columns: z.array(z.object({ name: z.string(), type: z.string(), required: z.boolean() })),
      /** Fields of the model without a column here: moved to tables of their own, or arrays of floats. */
      leftOut: z.array(z.string()),
      /** Values by column that stand there in another spelling, because the format cannot hold them. */
      escaped: z.record(z.string(), z.number()),
    }),
  ),
  /** Every file of the export but this one, by its path in the folder. */
  files: z.array(z.object({ path: z.string(), bytes: z.number() })),
});

/** What an export holds, in `export.json`. */
export type Manifest = Readonly<z.infer<typeof manifest>>;

/** The manifest of a text; null when it is none. */
export function parseManifest(text: string): Manifest | null {
  try {
    return manifest.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
