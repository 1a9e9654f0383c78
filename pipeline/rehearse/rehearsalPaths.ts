import { join } from "node:path";

/** The files of a rehearsal's directory. */
export interface RehearsalPaths {
  readonly root: string;
  /** There from the first moment on: what makes the directory a rehearsal's. */
  readonly mark: string;
  /** What it ended with; the three that stay. */
  readonly report: string;
  readonly text: string;
  /** The same for a browser. */
  readonly page: string;
  readonly exports: string;
  /** The run that is imported, and the one that proves the end. */
  readonly run: string;
  readonly proof: string;
  /** An export of a moment, by the moment's name. */
  exported(moment: string): string;
}

export const rehearsalFiles = {
  mark: ".rehearsal",
  report: "rehearsal.json",
  text: "rehearsal.txt",
  page: "rehearsal.html",
} as const;

/** Everything a rehearsal may leave that goes again, unless it is kept. */
export const workFolders = ["exports", "run", "proof"] as const;

export function rehearsalPaths(root: string): RehearsalPaths {
  const exports = join(root, "exports");
  return {
    root,
    mark: join(root, rehearsalFiles.mark),
    report: join(root, rehearsalFiles.report),
    text: join(root, rehearsalFiles.text),
    page: join(root, rehearsalFiles.page),
    exports,
    run: join(root, "run"),
    proof: join(root, "proof"),
    exported: (moment) => join(exports, `${moment}.zip`),
  };
}
