/** The files of `sql/`: each holds one SELECT; its opening comment says what one row is. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** `sql/` stands at the root of the package, above both the sources and their compiled form. */
function sqlRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, "sql")) || !existsSync(join(directory, "package.json"))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error("the folder sql/ is missing from this installation");
    directory = parent;
  }
  return join(directory, "sql");
}

export interface SqlFile {
  /** File name without `.sql`. */
  readonly name: string;
  readonly text: string;
}

/** Files of a folder of `sql/` by name; empty when there is no such folder. */
export function sqlFiles(folder: string): readonly SqlFile[] {
  const directory = join(sqlRoot(), folder);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => ({ name: file.slice(0, -".sql".length), text: readFileSync(join(directory, file), "utf8") }));
}

/** What the lines `-- Label: …` of the file say. */
export function headersOf({ text }: SqlFile, label: string): readonly string[] {
  const start = `-- ${label}: `;
  return text
    .split("\n")
    .filter((line) => line.startsWith(start))
    .map((line) => line.slice(start.length));
}

/** The same of the first one; null when there is none. */
export function headerOf(file: SqlFile, label: string): string | null {
  return headersOf(file, label)[0] ?? null;
}

/** The same of a line that must be there. */
export function requiredHeader(folder: string, file: SqlFile, label: string): string {
  const header = headerOf(file, label);
  if (header === null) throw new Error(`sql/${folder}/${file.name}.sql has no line "-- ${label}: …"`);
  return header;
}

/** The statement of a file without its closing semicolon, ready to stand inside another one. */
export function selectOf({ text }: SqlFile): string {
  return text.trim().replace(/;$/, "");
}
