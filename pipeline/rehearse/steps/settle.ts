import { drain } from "../drain.js";
import type { Step } from "../step.js";

export const settle: Step = {
  name: "settle",
  title: "let jobs and touches be worked off",
  remedy: "`unnest status` shows what is open; the deployment's log says why a job fails.",
  run: async (rehearsal) => {
    const { figures, check } = await drain(rehearsal);
    return { figures, checks: [check] };
  },
};
