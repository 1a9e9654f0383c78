import { rmSync } from "node:fs";

const paths = new Set<string>();

/**
 * Has a file or folder removed when the process ends before the work that owns it does: by a second Ctrl-C, by a defect, by a promise that
 * never settles. A process that is killed removes nothing; the next command does.
 *
 * @returns what calls it off, once the owner has removed it
 */
export function removeAtExit(path: string): () => void {
  if (paths.size === 0) process.on("exit", removeAll);
  paths.add(path);
  return () => {
    paths.delete(path);
    if (paths.size === 0) process.off("exit", removeAll);
  };
}

function removeAll(): void {
  for (const path of paths) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // The process ends anyway, and what it ends with is said already.
    }
  }
}
