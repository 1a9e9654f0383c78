#!/usr/bin/env node
/**
 * The first file of the process: loads the command line. Node opens many modules side by side, so this is where too few file descriptors
 * show; what loads more than this file could not say it.
 */
import { runErrors } from "./errors/runErrors.js";

try {
  await import("./commandLine.js");
} catch (error) {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "EMFILE" && code !== "ENFILE") throw error;
  const { exit, remedy } = runErrors.TOO_MANY_OPEN_FILES;
  process.stderr.write(`error The system allows no more open files. [TOO_MANY_OPEN_FILES]\n  what to do: ${remedy}\n`);
  process.exitCode = exit;
}
