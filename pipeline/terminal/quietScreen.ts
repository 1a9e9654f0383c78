import { silentProgress } from "../run/progress.js";
import type { Screen } from "./screen.js";

/** `--quiet`: nothing but errors, which cli.ts prints. */
export const quietScreen: Screen = { progress: silentProgress, stage: () => {} };
