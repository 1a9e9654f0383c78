import type { Step } from "../step.js";

export const exportFirst: Step = {
  name: "export",
  title: "export (T1)",
  remedy: "The export needs disk for the snapshot's size once more.",
  run: async ({ target, paths }) => {
    await target.export(paths.exported("first"));
    return { figures: [], checks: [] };
  },
};
