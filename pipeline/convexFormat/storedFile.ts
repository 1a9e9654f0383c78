/** What a ZIP and a folder have in common. */
import type { Readable } from "node:stream";

export interface StoredFile {
  /** With `/`, relative to the archive; checked to stay inside of it. */
  readonly path: string;
  /** Bytes as read. */
  readonly bytes: number;
  /** Its bytes, checked against size and checksum while they are read. */
  open(): Promise<Readable>;
}

export interface StoredFiles {
  readonly kind: "zip" | "folder";
  /** Of the ZIP, or of all files together. */
  readonly bytes: number;
  /** The files that say something about tables, in the order of the archive; uploaded files and READMEs are left out. */
  readonly files: readonly StoredFile[];
  /** What stands beside the list of files of a deployment, or of a component: the files that were uploaded to it. */
  readonly uploads: readonly StoredFile[];
  sha256(): Promise<string>;
  close(): Promise<void>;
}

/** Whether a path names a file that says something about a table. */
export function isTableFile(path: string): boolean {
  return /(?:^|\/)(?:documents|generated_schema)\.jsonl$/.test(path);
}

/** Whether a path names a file that was uploaded to the deployment. */
export function isUpload(path: string): boolean {
  return /(?:^|\/)_storage\/[^/]+$/.test(path) && !isTableFile(path);
}
