import { mkdir } from "node:fs/promises";
import { UnnestError } from "../errors.js";

/** Why a path can be no directory, by the system's codes. Refused access and a full disk have errors of their own. */
const reasons: ReadonlyMap<string | undefined, string> = new Map([
  ["ENOTDIR", "Something above it is a file."],
  ["EEXIST", "This is a file, or a link that leads nowhere."],
  ["ENOENT", "No directory can be made there."],
  ["ENAMETOOLONG", "The path is longer than the system allows."],
  ["ELOOP", "The path leads through links that go round in a circle."],
  ["EINVAL", "The system does not allow this name."],
]);

/** Makes a directory for its owner alone, and those above it that are missing. Throws UnnestError DIRECTORY_NOT_MADE. */
export async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw asDirectoryError(error, path);
  });
}

/** An error of the system on the way to a directory as a refusal, where it says that the path is unusable; else as it came. */
export function asDirectoryError(error: unknown, path: string): unknown {
  const reason = reasons.get((error as NodeJS.ErrnoException).code);
  return reason === undefined ? error : new UnnestError("DIRECTORY_NOT_MADE", reason, { file: path }, { cause: error });
}
