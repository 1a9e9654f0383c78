/** The key of a deployment: from the environment or a file of its owner, never an argument, which other users could read. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { UnnestError } from "../errors.js";

/** A key, taken apart. `text` is sent whole; nothing prints it. */
export interface AdminKey {
  readonly text: string;
  /** `null` where the key does not say: a self-hosted deployment's. */
  readonly kind: "prod" | "dev" | null;
  /** The deployment's name. */
  readonly name: string;
  readonly secret: string;
}

const variables = ["CONVEX_DEPLOY_KEY", "CONVEX_SELF_HOSTED_ADMIN_KEY"] as const;

/** Longer than any key; a larger file is not one. Bytes. */
const mostKeyBytes = 8192;

/**
 * Finds the key: in the file, else in the environment.
 *
 * @throws UnnestError KEY_MISSING; KEY_FILE_OPEN for a file that others may read; WRONG_KEY
 */
export async function findAdminKey(
  environment: Readonly<Record<string, string | undefined>>,
  keyFile?: string,
): Promise<AdminKey> {
  if (keyFile !== undefined) return parseAdminKey(await readKeyFile(keyFile));
  const found = variables.map((name) => environment[name]?.trim()).filter((text) => text !== undefined && text !== "");
  const [text] = found;
  if (text === undefined) throw new UnnestError("KEY_MISSING", "No key of a deployment was given.");
  if (found.some((other) => other !== text))
    throw new UnnestError("WRONG_KEY", `${variables.join(" and ")} are both set, to different keys.`);
  return parseAdminKey(text);
}

/**
 * Takes a key apart (spec 9): `prod:name|secret`, `dev:name|secret` or `name|secret`.
 *
 * @throws UnnestError WRONG_KEY; the message repeats nothing of the text
 */
export function parseAdminKey(text: string): AdminKey {
  const [, other] = /^(preview|project):/.exec(text) ?? [];
  if (other !== undefined)
    throw new UnnestError("WRONG_KEY", `A ${other} key makes deployments; it is no deployment's own.`);
  const [, kind, name, secret] = /^(?:(prod|dev):)?([A-Za-z0-9_-]{1,64})\|([\x21-\x7e]{1,4096})$/.exec(text) ?? [];
  if (name === undefined || secret === undefined)
    throw new UnnestError("WRONG_KEY", "The key has not the form of a deployment's key.");
  return { text, kind: kind === "prod" || kind === "dev" ? kind : null, name, secret };
}

/** A message without what looks like a key in it: what somebody typed where no key belongs is repeated to nobody. */
export function withoutKeys(text: string): string {
  return text.replace(/(?:prod|dev|preview|project):\S*\|\S+|[\w-]+\|[\w+/=-]{16,}/g, "…");
}

/** Rights are asked of the file that was opened, so that nobody can put another one in its place between the two. */
async function readKeyFile(path: string): Promise<string> {
  // Without waiting for a writer, where the path is a pipe.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw new UnnestError("KEY_MISSING", "There is no such key file.", { file: path });
    throw error;
  });
  try {
    const { mode, uid, size } = await file.stat();
    const isFile = (mode & constants.S_IFMT) === constants.S_IFREG;
    if (!isFile || size > mostKeyBytes) throw new UnnestError("WRONG_KEY", "This is no key file.", { file: path });
    if ((mode & 0o077) !== 0 || uid !== process.getuid?.())
      throw new UnnestError("KEY_FILE_OPEN", "The key file is not its owner's alone.", { file: path });
    return (await file.readFile("utf8")).trim();
  } finally {
    await file.close();
  }
}
