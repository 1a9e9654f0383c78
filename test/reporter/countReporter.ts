import type { Reporter, TestModule } from "vitest/node";
import { seedOfRun } from "../setup/seed.js";

/**
 * Begins a test run with its seed, and ends it with one line, `12 passed, 0 failed`, for those who only count. A file that cannot be
 * loaded is a failure.
 */
export default class CountReporter implements Reporter {
  onInit(): void {
    process.stdout.write(`seed ${seedOfRun()}\n`);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    for (const module of modules) {
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        if (test.result().state === "passed") passed += 1;
        if (test.result().state === "failed") failed += 1;
      }
    }
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  }
}
