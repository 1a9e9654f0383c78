/** The folder side of an archive: an export that was unpacked. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { UnnestError } from "../errors.js";
import { hashFile } from "./hashFile.js";
import { isTableFile, isUpload, type StoredFile, type StoredFiles } from "./storedFile.js";

interface FolderFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly bytes: number;
}

const chunkBytes = 1 << 18;

/** Opens a folder and lists the files of its tables, in the order of their paths. Throws UnnestError SYMBOLIC_LINK. */
export async function openFolder(folder: string): Promise<StoredFiles> {
  const all = await listFiles(folder);
  return {
    kind: "folder",
    bytes: all.reduce((sum, file) => sum + file.bytes, 0),
    files: all.filter(({ path }) => isTableFile(path)).map((file) => folderFile(folder, file)),
    uploads: all.filter(({ path }) => isUpload(path)).map((file) => folderFile(folder, file)),
    sha256: () => hashFiles(folder, all),
    async close() {
      // Every stream closes its own file.
    },
  };
}

function folderFile(folder: string, file: FolderFile): StoredFile {
  return {
    path: file.path,
    bytes: file.bytes,
    open: async () => createReadStream(join(folder, file.path), { highWaterMark: chunkBytes }),
  };
}

async function listFiles(folder: string): Promise<FolderFile[]> {
  const files: FolderFile[] = [];
  const pending = [""];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
      const child = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.isSymbolicLink()) {
        throw new UnnestError("SYMBOLIC_LINK", "the folder holds a symbolic link", { file: folder, entry: child });
      }
      if (entry.isDirectory()) pending.push(child);
      else if (entry.isFile()) files.push({ path: child, bytes: (await stat(join(folder, child))).size });
    }
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function hashFiles(folder: string, files: readonly FolderFile[]): Promise<string> {
  const hash = createHash("sha256");
  for (const { path, bytes } of files) {
    hash.update(`${JSON.stringify([path, bytes])}\n`);
    await hashFile(hash, join(folder, path));
  }
  return hash.digest("hex");
}
