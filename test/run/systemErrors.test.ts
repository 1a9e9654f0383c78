import { expect, it } from "vitest";
import { UnnestError } from "../../pipeline/errors.js";
import { asUnnestError } from "../../pipeline/run/systemErrors.js";

const system = (code: string): Error => Object.assign(new Error(`${code}: something`), { code, path: "/some/file" });

it.each([
  [system("ENOSPC"), "DISK_FULL"],
  [system("EFBIG"), "DISK_FULL"],
  [system("EACCES"), "NO_PERMISSION"],
  [new Error('IO Error: Could not write file "x": No space left on device'), "DISK_FULL"],
  [new Error("IO Error: Could not set lock on file"), "RUN_DIRECTORY_BUSY"],
  [new Error("Out of Memory Error: could not allocate block"), "MEMORY_LIMIT_TOO_LOW"],
  [new TypeError("x is not a function"), "INTERNAL"],
  ["a thrown text", "INTERNAL"],
])("%s becomes %s", (thrown, code) => {
  const error = asUnnestError(thrown);
  expect(error.code).toBe(code);
  expect(error.cause).toBe(thrown);
});

it("knows an abort by its signal as an interruption", () => {
  expect(() => AbortSignal.abort().throwIfAborted()).toThrow(
    expect.toSatisfy((error: unknown) => asUnnestError(error).code === "INTERRUPTED"),
  );
});

it("names the file the system named, and keeps what was thrown on purpose", () => {
  expect(asUnnestError(system("ENOSPC")).place).toEqual({ file: "/some/file" });
  const own = new UnnestError("INTERRUPTED", "stopped");
  expect(asUnnestError(own)).toBe(own);
});

it("shows the kind of an error of DuckDB, not the values and statements it quotes", () => {
  const { message } = asUnnestError(
    new Error("Conversion Error: Could not convert string 'secret' to DOUBLE\n\nLINE 1: SELECT"),
  );
  expect(message).toBe("DuckDB stopped with a Conversion Error.");
  expect(asUnnestError(new Error("Failed to extract statements: Parser Error: near x")).message).toBe(
    "DuckDB stopped with a Parser Error.",
  );
});
