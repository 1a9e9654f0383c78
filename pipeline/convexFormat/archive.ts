/**
 * Reading a Convex export: the ZIP as it was downloaded, or the folder it was unpacked into (spec 1, "The archive").
 * Everything that comes from the archive is untrusted: names are checked before they are used, sizes and checksums
 * while the data streams. Nothing is unpacked to disk and no table is held in memory.
 */
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { type ErrorPlace, UnnestError } from "../errors.js";
import { layOutTables } from "./archiveLayout.js";
import type { TableEncoding } from "./encoding.js";
import { openFolder } from "./folderFiles.js";
import type { StoredFile, StoredFiles } from "./storedFile.js";
import { openZip } from "./zipFiles.js";

export interface ArchiveTable {
  readonly name: string;
  /** Path of the component that owns it, `a/b` for a component in a component; "" for the application's own tables. */
  readonly component: string;
  /** Unique in the archive: the name, or `_components/<component>/<name>` as the archive spells it. */
  readonly rawName: string;
  /** From `_tables`, else from the first document's `_id`; null when neither says. */
  readonly tableNumber: number | null;
  readonly encoding: TableEncoding;
  /** Bytes of documents.jsonl as read. */
  readonly bytes: number;
  /** Path of documents.jsonl inside the archive, prefix folder included; it need not exist for a table that is only listed. */
  readonly entry: string;
  /** Where it is, for errors: archive, entry and table. */
  readonly place: ErrorPlace;
  /**
   * The bytes of documents.jsonl; empty for a table that is only listed. Size and CRC are checked while it is read, so a
   * reader that wants them checked reads to the end. The stream fails with UnnestError ZIP_ENTRY_SIZE, ZIP_ENTRY_CRC or ZIP_DAMAGED.
   */
  open(): Promise<Readable>;
}

export interface Archive {
  readonly kind: "zip" | "folder";
  readonly path: string;
  /** Bytes of the ZIP, or of all files of the folder. */
  readonly bytes: number;
  /** Hexadecimal SHA-256 of the ZIP; of a folder, over the sorted paths, sizes and contents of its files. */
  sha256(): Promise<string>;
  /** The application's tables in the order of the archive, then those of components. `_storage` is one of them, `_tables` is not. */
  readonly tables: readonly ArchiveTable[];
  /** Whether the files of the deployment are listed. An older export without file storage holds an empty list, so empty means no. */
  readonly storage: {
    readonly listed: boolean;
    /** The application's uploaded files by their ids, where the archive holds them. */
    readonly files: ReadonlyMap<string, StoredFile>;
  };
  close(): Promise<void>;
}

/**
 * Opens an export and reads its small files: list of tables, generated schemas.
 * @param path of a ZIP or a folder
 * Throws UnnestError with exit code 3: SNAPSHOT_NOT_FOUND; NOT_A_ZIP, ZIP_*; SYMBOLIC_LINK; NO_DOCUMENTS; TABLE_*, TABLES_MALFORMED;
 * GENERATED_SCHEMA_INVALID.
 */
export async function openArchive(path: string): Promise<Archive> {
  const files = await openFiles(path);
  try {
    const tables = await layOutTables(files.files, path);
    const storage = tables.find((table) => table.component === "" && table.name === "_storage");
    return {
      kind: files.kind,
      path,
      bytes: files.bytes,
      sha256: () => files.sha256(),
      tables,
      storage: {
        listed: storage !== undefined && storage.bytes > 0,
        files: storage === undefined ? new Map() : uploadsBeside(storage.entry, files.uploads),
      },
      close: () => files.close(),
    };
  } catch (error) {
    await files.close();
    throw error;
  }
}

/** A file is named by its id, with or without an extension. */
function uploadsBeside(entry: string, uploads: readonly StoredFile[]): ReadonlyMap<string, StoredFile> {
  const folder = entry.slice(0, entry.lastIndexOf("/") + 1);
  const beside = uploads.filter(({ path }) => path.startsWith(folder) && !path.includes("/", folder.length));
  return new Map(beside.map((file) => [file.path.slice(folder.length).split(".")[0] ?? "", file]));
}

async function openFiles(path: string): Promise<StoredFiles> {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  if (stats === null) throw new UnnestError("SNAPSHOT_NOT_FOUND", "there is no such file or folder", { file: path });
  if (stats.isDirectory()) return await openFolder(path);
  // Opening a pipe would wait for ever.
  if (!stats.isFile()) throw new UnnestError("NOT_A_ZIP", "it is neither a file nor a folder", { file: path });
  return await openZip(path, stats.size);
}
