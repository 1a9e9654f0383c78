/** A small sound export of the model, to be spoilt one file at a time. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { encodeId } from "../../pipeline/convexFormat/ids.js";
import { zipBytes } from "../convexFormat/zips.js";

/** Stands in the texts of all documents; no message may show it. */
export const secret = "S3CRET-of-a-user";

export const paths = {
  list: "_tables/documents.jsonl",
  users: "users/documents.jsonl",
  usersSchema: "users/generated_schema.jsonl",
  messages: "messages/documents.jsonl",
} as const;

/** An id of `users`, unless told otherwise; ids are in the order of `fill`. */
export const idOf = (fill: number, tableNumber = 10001): string => encodeId(tableNumber, new Uint8Array(16).fill(fill));

/** What the model's users have, so that the export is one of its kind. */
const required = '"clerkId":"","email":"","preferences":{},"createdAt":1.5,"updatedAt":1.5,';

/** A line of `users`. @param more members, as JSON, behind the required ones */
export function user(id: string | null, more = "", time = "1770000000000.5"): string {
  const idField = id === null ? "" : `"_id":"${id}",`;
  return `{"_creationTime":${time},${idField}${required}"name":"${secret}"${more === "" ? "" : `,${more}`}}`;
}

export type Files = Readonly<Record<string, string | Buffer>>;

/** Tables users and messages, with `changes` in place of what they name. */
export function exportFiles(changes: Files = {}): Files {
  return {
    [paths.list]: '{"name":"users","id":10001}\n{"name":"messages","id":10003}\n',
    [paths.users]: `${user(idOf(1))}\n${user(idOf(2))}\n`,
    [paths.usersSchema]: '"uniform"\n',
    [paths.messages]: "",
    "messages/generated_schema.jsonl": '"uniform"\n',
    ...changes,
  };
}

export async function zipOf(files: Files, compress = true): Promise<Buffer> {
  return await zipBytes(Object.entries(files).map(([name, data]) => ({ name, data, compress })));
}

export async function writeFolder(folder: string, files: Files): Promise<void> {
  for (const [name, data] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), data);
  }
}
