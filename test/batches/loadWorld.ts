import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nameIds } from "../../fixtures/nameIds.js";
import type { World } from "../../fixtures/world.js";
import type { Database } from "../../pipeline/db/database.js";
import { loadStage } from "../../pipeline/load/loadStage.js";
import { transformStage } from "../../pipeline/transform/transformStage.js";
import { openContext } from "../transform/runWorld.js";

export interface LoadedWorld {
  readonly database: Database;
  /** A text with names in place of the world's ids. */
  named(text: string): string;
  close(): Promise<void>;
}

/** A world's documents and rows in a database: what plans are made from. */
export async function loadWorld(world: World): Promise<LoadedWorld> {
  const folder = await mkdtemp(join(tmpdir(), "unnest-batches-"));
  const context = await openContext(world, folder, { with: [] });
  const close = async () => {
    context.database.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const stage of [loadStage, transformStage]) await stage.run(context);
    return { database: context.database, named: (text) => nameIds(text, world), close };
  } catch (error) {
    await close();
    throw error;
  }
}
