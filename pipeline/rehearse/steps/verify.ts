import { z } from "zod";
import { type Step, timed } from "../step.js";

export const verify: Step = {
  name: "verify",
  title: "compare all rows with their documents, in the deployment",
  remedy: "`unnest verify` names the parts; `unnest delta` with a new export and `unnest import --delta` repair them.",
  run: async ({ commands }) => {
    const { events, seconds } = await commands.run(["verify"], [0, 4]);
    const { parts } = verifiedEvent.parse(events.get("verified"));
    const looked = parts.reduce((sum, { visited }) => sum + visited, 0);
    const differing = parts.filter((part) => part.differing > 0);
    return {
      figures: [timed("seconds to verify", seconds, "seconds")],
      checks: [
        {
          name: "rows are what their documents give, in the deployment",
          looked,
          failed: differing.reduce((sum, part) => sum + part.differing, 0),
          findings: differing.map(({ part, differing: count }) => `${part}: ${count} differ`),
        },
      ],
    };
  },
};

/** What `verify --json` says. */
const verifiedEvent = z.object({
  parts: z.array(z.object({ part: z.string(), visited: z.number(), differing: z.number() })),
});
