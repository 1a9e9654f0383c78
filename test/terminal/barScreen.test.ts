import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { barScreen } from "../../pipeline/terminal/barScreen.js";

it("draws a bar for what is under way and leaves a line for what has ended", () => {
  const stream = Object.assign(new PassThrough(), {
    isTTY: true,
    columns: 100,
    cursorTo: () => {},
    clearLine: () => {},
  });
  const screen = barScreen(stream as unknown as NodeJS.WriteStream);
  screen.progress.start("load: users\u0007", 200, "rows");
  screen.progress.advance(100);
  screen.progress.note("2 set aside\u0007");
  screen.progress.start("load: rest");
  screen.progress.advance(7);
  screen.progress.finish();
  screen.stage({ name: "load", status: "done", rows: 207, bytes: 2048, seconds: 1, peakBytes: 1 }, false);
  const text = String(stream.read());
  expect(text).toContain("load: users\u{fffd}  ");
  expect(text).toContain("2 set aside\u{fffd}");
  expect(text).toMatch(/load {6} +207 rows +2\.0 KiB +1\.0 s\n$/);
  expect(text).not.toContain("\u0007");
});
