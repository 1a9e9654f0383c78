/**
 * The folder of an export. Files are written beside their final place and moved there when all are complete; `export.json` comes last. A folder
 * that has one is ours: a new export takes away the files which the old one lists, and no other.
 */
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize } from "node:path";
import { UnnestError } from "../errors.js";
import { asDirectoryError, makeDirectory } from "../run/makeDirectory.js";
import { writeFileWhole } from "../run/writeFileWhole.js";
import { type Manifest, manifestName, parseManifest } from "./manifest.js";

const partialName = ".unnest-export.partial";

/**
 * Throws EXPORT_FOLDER_TAKEN for a file, and for a folder that holds other things than an export, unless `force` is given: then its files stay,
 * but those of the same names.
 */
export async function openExportFolder(folder: string, force: boolean): Promise<ExportFolder> {
  const entries = await entriesOf(folder);
  const foreign = entries.find((name) => name !== partialName);
  const old = await manifestOf(folder);
  if (foreign !== undefined && old === null && !force) throw taken(folder, "This folder holds other files.", foreign);
  await makeDirectory(folder);
  const partial = join(folder, partialName);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { mode: 0o700 });
  return new ExportFolder(folder, partial, old);
}

export class ExportFolder {
  constructor(
    readonly path: string,
    /** Where the files are written. */
    readonly partial: string,
    private readonly old: Manifest | null,
  ) {}

  /** Puts the files into their places. Until it ends there is no manifest: what stands there is not taken for an export. */
  async publish(describe: (files: Manifest["files"]) => Manifest): Promise<Manifest> {
    const files = await filesOf(this.partial);
    const manifest = describe(files);
    await rm(join(this.path, manifestName), { force: true });
    const old = (this.old?.files ?? []).filter(({ path }) => staysInside(path));
    for (const { path } of [...old, ...files]) await this.refuseLinkedFolder(dirname(path));
    for (const { path } of old) {
      await rm(join(this.path, path), { force: true });
    }
    for (const { path } of files) {
      await mkdir(dirname(join(this.path, path)), { recursive: true, mode: 0o700 });
      await rename(join(this.partial, path), join(this.path, path));
    }
    await writeFileWhole(join(this.path, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
    await this.discard();
    return manifest;
  }

  /** Throws SYMBOLIC_LINK where a folder of the export is a link: files would be put, and taken away, elsewhere. */
  private async refuseLinkedFolder(folder: string): Promise<void> {
    if (folder === ".") return;
    const path = join(this.path, folder);
    const found = await lstat(path).catch(() => null);
    if (found?.isSymbolicLink())
      throw new UnnestError("SYMBOLIC_LINK", "A link stands where a folder of the export belongs.", { file: path });
    await this.refuseLinkedFolder(dirname(folder));
  }

  /** Takes away what is not complete. */
  async discard(): Promise<void> {
    await rm(this.partial, { recursive: true, force: true });
  }
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    if (code === "ENOTDIR") throw taken(folder, "This is a file.");
    throw asDirectoryError(error, folder);
  }
}

async function manifestOf(folder: string): Promise<Manifest | null> {
  const text = await readFile(join(folder, manifestName), "utf8").catch(() => null);
  return text === null ? null : parseManifest(text);
}

function taken(folder: string, message: string, found?: string): UnnestError {
  return new UnnestError("EXPORT_FOLDER_TAKEN", message, { file: folder, found });
}

/** A manifest may have been changed by anybody. */
function staysInside(path: string): boolean {
  return !isAbsolute(path) && !normalize(path).startsWith("..");
}

/** The files below a folder in the order of their names, each closed to everybody but its owner. */
async function filesOf(folder: string): Promise<Manifest["files"]> {
  const files: Manifest["files"] = [];
  for (const path of (await readdir(folder, { recursive: true })).sort()) {
    const found = await stat(join(folder, path));
    if (!found.isFile()) continue;
    await chmod(join(folder, path), found.mode & 0o700);
    files.push({ path, bytes: found.size });
  }
  return files;
}
