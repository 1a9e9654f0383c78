/** From the files of an archive to its tables: prefix folder, components, table numbers, encodings. */
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type ErrorPlace, UnnestError } from "../errors.js";
import type { ArchiveTable } from "./archive.js";
import { parseTableEncoding, type TableEncoding } from "./encoding.js";
import { decodeId } from "./ids.js";
import { lines } from "./lines.js";
import type { StoredFile } from "./storedFile.js";
import { isTableName } from "./tableName.js";
import { readTableNumbers } from "./tableNumbers.js";

const documentsFile = "documents.jsonl";
const tablesTable = "_tables";
const componentsFolder = "_components";

/** Overrides of an open shape are a line a document; beyond this they would not fit into memory. */
const maxSchemaBytes = 256 * 1024 * 1024;

/** What belongs to the application, or to one component: the path it starts with, its tables' files by table name. */
interface Namespace {
  /** `` for the application; `_components/a/_components/b/` for a component in a component. */
  readonly path: string;
  /** `a/b`. */
  readonly component: string;
  readonly documents: Map<string, StoredFile>;
  readonly schemas: Map<string, StoredFile>;
}

/**
 * Finds the tables among an archive's files.
 * @param archive its path, for errors
 * Throws UnnestError NO_DOCUMENTS, TABLE_TWICE, TABLE_NAME_INVALID, GENERATED_SCHEMA_INVALID and what `readTableNumbers` throws.
 */
export async function layOutTables(files: readonly StoredFile[], archive: string): Promise<ArchiveTable[]> {
  const prefix = findPrefix(files, archive);
  const namespaces = new Map<string, Namespace>([["", namespace([])]]);
  for (const file of files) {
    if (file.path.startsWith(prefix)) sortIn(file, prefix, namespaces, archive);
  }
  const tables: ArchiveTable[] = [];
  for (const each of namespaces.values()) tables.push(...(await namespaceTables(each, prefix, archive)));
  if (tables.length === 0) throw noDocuments(archive);
  return tables;
}

/** The folder before everything else: what stands before the highest `_tables`, or else before the highest table. */
function findPrefix(files: readonly StoredFile[], archive: string): string {
  const documents = files.map((file) => file.path.split("/")).filter((path) => path.at(-1) === documentsFile);
  const lists = documents.filter((path) => path.at(-2) === tablesTable);
  const candidates = (lists.length > 0 ? lists : documents).filter((path) => path.length >= 2).map(folderBefore);
  const depth = Math.min(...candidates.map((folder) => folder.length));
  const prefixes = candidates.filter((folder) => folder.length === depth).map((folder) => folder.join(""));
  const [prefix, second] = new Set(prefixes);
  if (prefix === undefined) throw noDocuments(archive);
  if (second !== undefined) {
    throw new UnnestError("TABLE_TWICE", "it holds two exports side by side", {
      file: archive,
      entry: prefix,
      other: second,
    });
  }
  return prefix;
}

function folderBefore(path: readonly string[]): string[] {
  const component = path.indexOf(componentsFolder);
  return path.slice(0, component === -1 ? -2 : component).map((part) => `${part}/`);
}

/** Puts a file to its component and table. */
function sortIn(file: StoredFile, prefix: string, namespaces: Map<string, Namespace>, archive: string): void {
  const place = { file: archive, entry: file.path };
  const components: string[] = [];
  let rest = file.path.slice(prefix.length).split("/");
  while (rest[0] === componentsFolder && rest.length > 2) {
    components.push(checkedName(rest[1] ?? "", place));
    rest = rest.slice(2);
  }
  const [table, name, ...deeper] = rest;
  // Not a table's file, whatever its name: something that was put beside the export.
  if (table === undefined || name === undefined || deeper.length > 0) return;
  const key = components.join("/");
  const owner = namespaces.get(key) ?? namespace(components);
  namespaces.set(key, owner);
  const kept = name === documentsFile ? owner.documents : owner.schemas;
  if (kept.has(table)) throw new UnnestError("TABLE_TWICE", "a file of a table is there twice", { ...place, table });
  kept.set(checkedName(table, place), file);
}

function namespace(components: readonly string[]): Namespace {
  return {
    path: components.map((name) => `${componentsFolder}/${name}/`).join(""),
    component: components.join("/"),
    documents: new Map(),
    schemas: new Map(),
  };
}

function checkedName(name: string, place: ErrorPlace): string {
  if (isTableName(name)) return name;
  throw new UnnestError("TABLE_NAME_INVALID", "a folder of documents has no valid table name", place);
}

function noDocuments(archive: string): UnnestError {
  return new UnnestError("NO_DOCUMENTS", "no table's documents.jsonl is in it", { file: archive });
}

async function namespaceTables(owner: Namespace, prefix: string, archive: string): Promise<ArchiveTable[]> {
  const { documents, schemas } = owner;
  const list = documents.get(tablesTable);
  const numbers = list === undefined ? new Map<string, number>() : await readTableNumbers(list, archive);
  const names = new Set([...documents.keys(), ...numbers.keys()]);
  names.delete(tablesTable);

  const tables: ArchiveTable[] = [];
  const tableOf = new Map<number, string>();
  for (const name of names) {
    const file = documents.get(name) ?? null;
    const tableNumber = numbers.get(name) ?? (file === null ? null : await firstNumber(file));
    const rawName = owner.path + name;
    const entry = file?.path ?? `${prefix}${rawName}/${documentsFile}`;
    const place = { file: archive, entry, table: rawName };
    if (tableNumber !== null) {
      const other = tableOf.get(tableNumber);
      if (other !== undefined) {
        throw new UnnestError("TABLE_NUMBER_TWICE", `the table has the number of ${other}`, place);
      }
      tableOf.set(tableNumber, rawName);
    }
    tables.push({
      name,
      component: owner.component,
      rawName,
      tableNumber,
      encoding: await readEncoding(schemas.get(name) ?? null, place),
      bytes: file?.bytes ?? 0,
      entry,
      place,
      open: async () => (file === null ? Readable.from([]) : await file.open()),
    });
  }
  return tables;
}

async function readEncoding(file: StoredFile | null, documents: ErrorPlace): Promise<TableEncoding> {
  if (file === null) return parseTableEncoding(null, documents);
  const place = { ...documents, entry: file.path };
  if (file.bytes > maxSchemaBytes) {
    throw new UnnestError("GENERATED_SCHEMA_INVALID", "generated_schema.jsonl is too long to be held", {
      ...place,
      maxBytes: maxSchemaBytes,
    });
  }
  return parseTableEncoding((await buffer(await file.open())).toString("utf8"), place);
}

/** The table number in the first document's `_id`. Null when that cannot be read: whoever loads the table will say why. */
async function firstNumber(file: StoredFile): Promise<number | null> {
  try {
    for await (const line of lines(await file.open())) {
      const document: unknown = JSON.parse(line.bytes.toString("utf8"));
      const id = typeof document === "object" && document !== null && "_id" in document ? document._id : null;
      return typeof id === "string" ? (decodeId(id)?.tableNumber ?? null) : null;
    }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof UnnestError) return null;
    throw error;
  }
  return null;
}
