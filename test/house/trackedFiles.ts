import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Files that git knows or would add and that exist, from the repository's folder. @param pattern `*.md` */
export function trackedFiles(pattern: string): readonly string[] {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", pattern];
  const listed = execFileSync("git", list, { encoding: "utf8", maxBuffer: 16 * 1024 * 1024 });
  return [...new Set(listed.split("\n"))].filter((path) => path !== "" && existsSync(path));
}
