import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["test/**/*.test.ts"],
    exclude: ["test/bench/**", "node_modules/**"],
    // Tests that start processes or build worlds of thousands of documents; nothing here measures time.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    setupFiles: ["test/setup/fixedSeeds.ts"],
    reporters: ["default", "./test/reporter/countReporter.ts"],
  },
});
