import { playTraffic } from "../playTraffic.js";
import type { Step } from "../step.js";
import { switchAll } from "../switchAll.js";

export const dualWrite: Step = {
  name: "dual-write",
  title: "switch dual-write on (T0), and let users write",
  remedy: "Is `unnest.ts` mounted, and are the application's mutations wrapped? `unnest status` shows the phases.",
  run: async (rehearsal) => {
    await switchAll(rehearsal, "dual-write");
    return {
      figures: await playTraffic(rehearsal, { name: "before", manner: "plain", stubborn: false }, 0.15),
      checks: [],
    };
  },
};
