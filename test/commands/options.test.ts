import { describe, expect, it } from "vitest";
import * as options from "../../pipeline/commands/options.js";

const parse = options.parseOptions;

describe("what is right becomes values", () => {
  it("resources", () => {
    expect(parse(options.resourceOptions, { threads: "2", memoryLimit: "1GiB" })).toEqual({
      threads: 2,
      memoryLimit: 2 ** 30,
    });
    expect(parse(options.resourceOptions, {}).threads).toBeGreaterThanOrEqual(1);
  });
  it("parts of the model, each once and in order", () => {
    expect(parse(options.withOption(["memories", "a"]), { with: ["memories", "a", "memories"] })).toEqual({
      with: ["a", "memories"],
    });
    expect(parse(options.withOption(["memories"]), {})).toEqual({ with: [] });
  });
});

describe("what is wrong names the option, what was given and what is wanted", () => {
  it.each([
    [options.resourceOptions, { threads: "0" }, /--threads.*1 to 256.*"0"/],
    [options.resourceOptions, { threads: "two" }, /--threads.*"two"/],
    [options.resourceOptions, { threads: "1.5" }, /--threads/],
    [options.resourceOptions, { memoryLimit: "4" }, /--memory-limit.*4GiB.*"4"/],
    [options.resourceOptions, { memoryLimit: "1MB" }, /--memory-limit.*at least 64MiB/],
    [options.withOption(["memories"]), { with: ["tags"] }, /--with knows memories, not "tags"/],
    [options.directoryOption, { out: "" }, /--out/],
    [options.generateOptions, { messages: "-1", seed: "1", out: "x" }, /--messages/],
    [options.generateOptions, { messages: "1", seed: "4294967296", out: "x" }, /--seed/],
  ])("%#", (schema, given, message) => {
    expect(() => parse<unknown>(schema, given)).toThrow(
      expect.objectContaining({ code: "USAGE", exit: 2, message: expect.stringMatching(message) }),
    );
  });
});
