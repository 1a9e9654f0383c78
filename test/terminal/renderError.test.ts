import { describe, expect, it } from "vitest";
import { catalogue, type ErrorCode, UnnestError } from "../../pipeline/errors.js";
import { asUnnestError } from "../../pipeline/run/systemErrors.js";
import { colored, plain } from "../../pipeline/terminal/paint.js";
import { errorEvent, renderError } from "../../pipeline/terminal/renderError.js";

const hostile = "users\u001b]0;owned\u0007\nerror: all is well\u009b2J";

describe("renderError", () => {
  it("says what, where and what to do", () => {
    const error = new UnnestError("ID_DUPLICATE", "Two documents have this _id.", {
      file: "export.zip",
      table: "messages",
      line: 12,
      documentId: "k57a8z",
      expected: undefined,
    });
    expect(renderError(error, plain)).toBe(
      [
        "error Two documents have this _id. [ID_DUPLICATE]",
        "  where: file export.zip, table messages, line 12, document id k57a8z",
        `  what to do: ${catalogue.ID_DUPLICATE.remedy}`,
        "",
      ].join("\n"),
    );
  });

  it("lets nothing from outside talk to the terminal", () => {
    const error = new UnnestError("ID_DUPLICATE", hostile, { table: hostile, [hostile]: 1 }, { remedy: hostile });
    const lines = renderError(error, plain).split("\n");
    expect(lines).toHaveLength(4);
    expect(lines.join("")).not.toMatch(/\p{Cc}/u);
  });

  it("shows where in the tool a defect is, and only there", () => {
    const defect = renderError(asUnnestError(new TypeError("x is not a function")), plain);
    expect(defect).toMatch(/\n {4}at .*renderError\.test\.ts/);
    expect(renderError(new UnnestError("USAGE", "no"), plain)).not.toContain("    at ");
  });

  it("has colors where they are wanted", () => {
    expect(renderError(new UnnestError("USAGE", "no"), colored)).toContain("\u001b[31merror");
  });
});

it("is one line of JSON as an event", () => {
  const event = errorEvent(new UnnestError("ID_DUPLICATE", hostile, { table: hostile }));
  expect(event.trimEnd()).not.toMatch(/\p{Cc}/u);
  expect(JSON.parse(event)).toMatchObject({ event: "error", code: "ID_DUPLICATE", message: hostile, exit: 3 });
});

it.each(Object.keys(catalogue))("%s says what to do, as a sentence", (code) => {
  expect(catalogue[code as ErrorCode].remedy).toMatch(/^[A-Z`_].{15,}[.!?]$/s);
});
