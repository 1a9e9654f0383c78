/** The order of the rooms of `convex/`: arrows point down, so that a room is understood by those before it in this list. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const convex = fileURLToPath(new URL("../../convex/", import.meta.url));

const rooms = [
  // Tables as data.
  "schema",
  // The files of `convex/` itself: documents and their tables, phases and their steps, walks in pages.
  ".",
  // Differences to aggregates, which every writer of rows appends.
  "touches",
  // A part's rows are what its transform gives: now, or by a job.
  "sync",
  // Touches and messages are added up.
  "aggregates",
  // A wrapped write and what follows from it.
  "dualWrite",
  // Jobs are worked off.
  "jobs",
  // What the importer and delta send.
  "import",
  // What an application calls to edit what moves.
  "helpers",
  // What was compared of a phase, when and how much.
  "evidence",
  // What an application calls to read it.
  "read",
  // Steps, and the walks that belong to them.
  "phase",
];

/** What an application mounts, of every room. */
const above: readonly string[] = ["functions.ts"];

async function filesOfRooms(): Promise<string[]> {
  const files = await readdir(convex, { recursive: true });
  return files.filter((file) => file.endsWith(".ts") && !above.includes(file));
}

/** The room of a path in `convex/`; null outside. */
function roomOf(path: string): string | null {
  if (path.startsWith("..")) return null;
  return path.includes("/") ? (path.split("/")[0] ?? null) : ".";
}

async function roomsImportedBy(file: string): Promise<string[]> {
  const text = await readFile(join(convex, file), "utf8");
  const paths = [...text.matchAll(/from "(\.[^"]+)"/g)].map(([, path = ""]) => path);
  const imported = paths.map((path) => roomOf(relative(convex, join(convex, dirname(file), path))));
  return imported.filter((room) => room !== null);
}

describe("the rooms of convex/", () => {
  it("are all in the list", async () => {
    const found = new Set((await filesOfRooms()).map(roomOf));
    expect([...found].sort()).toEqual([...rooms].sort());
  });

  it.each(rooms)("%s imports only rooms before it", async (room) => {
    const files = (await filesOfRooms()).filter((file) => roomOf(file) === room);
    const upward: string[] = [];
    for (const file of files) {
      const imported = await roomsImportedBy(file);
      upward.push(
        ...imported.filter((other) => rooms.indexOf(other) > rooms.indexOf(room)).map((to) => `${file} → ${to}`),
      );
    }
    expect(upward).toEqual([]);
  });
});
