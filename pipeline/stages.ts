/** The stages of a run, in order. Help, progress, run record and the table in README.md come from this list. */
import { checkStage } from "./check/checkStage.js";
import { loadStage } from "./load/loadStage.js";
import { packageStage } from "./package/packageStage.js";
import { reportStage } from "./report/reportStage.js";
import type { Stage } from "./stage.js";
import { transformStage } from "./transform/transformStage.js";

export const stages: readonly Stage[] = [loadStage, transformStage, checkStage, packageStage, reportStage];
