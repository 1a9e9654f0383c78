import { defineConfig } from "vitest/config";
import { seedOfRun } from "./test/setup/seed.js";

// Chosen once, here: what the test processes inherit.
process.env.UNNEST_SEED = String(seedOfRun());

const tests = {
  environment: "node",
  exclude: ["test/bench/**", "node_modules/**"],
  // Only what hangs runs into these: tests start processes and build worlds of thousands of documents, on machines that may be busy with
  // other work, and nothing here measures time.
  testTimeout: 600_000,
  hookTimeout: 600_000,
  setupFiles: ["test/setup/fixedSeeds.ts"],
};

/** Suites of the functions that also run on the embedded deployment, whole lives among them; `npm run test:engines` runs all. */
const onBothEngines = [
  "test/convex/schedules/*.test.ts",
  "test/convex/dualWrite/lives.test.ts",
  "test/convex/phase/wholeLife.test.ts",
  "test/convex/read/search.test.ts",
];

export default defineConfig({
  test: {
    // One worker a core: the default leaves a core idle, which on two cores is half of the machine.
    maxWorkers: "100%",
    reporters: ["default", "./test/reporter/countReporter.ts"],
    projects: [
      { test: { ...tests, name: "tests", include: ["test/**/*.test.ts"] } },
      { test: { ...tests, name: "embedded", include: onBothEngines, env: { UNNEST_ENGINE: "embedded" } } },
    ],
  },
});
