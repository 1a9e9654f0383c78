/** One process that plays a room's tests against its mutants; `main.ts` starts it. */
import { defineConfig } from "vitest/config";
import { mutantsOf } from "./mutantsOf.js";
import { rooms } from "./rooms.js";

const room = rooms[process.env.UNNEST_ROOM ?? ""];
if (room === undefined) throw new RangeError(`UNNEST_ROOM is none of ${Object.keys(rooms).join(", ")}`);
const { mutants, code } = await mutantsOf(room, Number(process.env.UNNEST_EVERY ?? 1));

export default defineConfig({
  plugins: [{ name: "mutants", enforce: "pre", transform: (_, path) => code.get(path.split("?")[0] ?? "") }],
  test: {
    include: ["test/mutants/worker.ts"],
    testNamePattern: "^play the mutants$",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
    provide: { mutants },
  },
});

declare module "vitest" {
  interface ProvidedContext {
    mutants: typeof mutants;
  }
}
