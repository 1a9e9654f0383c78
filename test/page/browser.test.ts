/** The pages in a browser. Where none is installed this says so, and nothing is proved. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserPath, launch, openPage } from "./browser.js";
import { examplePages, hostile } from "./examplePages.js";

if (browserPath === null) {
  process.stdout.write(
    "No chromium on this machine: the pages are not opened in a browser (apt-get install chromium).\n",
  );
}

const names = ["report.html", "hostile.html", "rehearsal.html"];

describe.runIf(browserPath !== null)("in a browser", () => {
  let folder: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "unnest-page-"));
    for (const [name, text] of Object.entries(await examplePages())) await writeFile(join(folder, name), text);
    browser = await launch(browserPath ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const urlOf = (name: string): string => pathToFileURL(join(folder, name)).href;

  it.each(names)("%s opens without errors and asks for nothing", async (name) => {
    const { page, errors, requests } = await openPage(browser, urlOf(name), { width: 1280 });
    expect({ errors, requests }).toEqual({ errors: [], requests: [] });
    expect(await page.locator("h1").count()).toBe(1);
    await page.close();
  });

  it.each(names)("%s fits a phone, folded and unfolded, and paper", async (name) => {
    const { page } = await openPage(browser, urlOf(name), { width: 375, height: 800, colorScheme: "dark" });
    expect(await widthOf(page)).toBe(375);
    await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
    expect(await widthOf(page)).toBe(375);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("nav").isVisible()).toBe(false);
    await page.close();
  });

  it("charts are drawn for the width, one of the two", async () => {
    for (const [width, shown] of [
      [1280, "wide"],
      [375, "narrow"],
    ] as const) {
      const { page } = await openPage(browser, urlOf("report.html"), { width });
      const visible = await page
        .locator("figure svg:visible")
        .evaluateAll((all) => all.map((svg) => String(svg.getAttribute("class"))));
      expect(new Set(visible)).toEqual(new Set([shown]));
      await page.close();
    }
  });

  it("hostile texts are shown, and do nothing", async () => {
    const { page } = await openPage(browser, urlOf("hostile.html"), { width: 1280 });
    expect(await page.title()).not.toBe("owned");
    expect(await page.locator("img, script").count()).toBe(1);
    expect(await page.locator("#checks").textContent()).toContain(hostile.slice(0, 60));
    await page.close();
  });

  it("the ledger is filtered with the keyboard", async () => {
    const { page } = await openPage(browser, urlOf("report.html"), { width: 1280 });
    const shown = page.locator("#ledger-lines tbody tr:visible");
    const said = page.locator("#ledger output");
    expect(await shown.count()).toBe(4);
    expect(await said.textContent()).toBe("1,211 entries in 4 of 4 lines");
    await tabTo(page, "select[name=code]");
    await page.keyboard.type("unknown");
    expect(await shown.count()).toBe(2);
    await page.keyboard.press("Tab");
    await page.keyboard.type("conv");
    expect(await shown.count()).toBe(1);
    expect(await said.textContent()).toBe("200 entries in 1 of 4 lines");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => said.textContent(), { timeout: 600_000 }).toBe("1,211 entries in 4 of 4 lines");
    await page.close();
  });

  it("a name in the model leads to its entry in the dictionary, and opens it", async () => {
    const { page } = await openPage(browser, urlOf("report.html"), { width: 1280 });
    await page.locator("svg a[href='#table-toolCalls']").first().focus();
    await page.keyboard.press("Enter");
    await page.locator("details#table-toolCalls[open]").waitFor();
    expect(await page.locator("details#table-toolCalls").textContent()).toContain("toolCallId");
    await page.close();
  });

  it("where one is with the keyboard can be seen", async () => {
    const { page } = await openPage(browser, urlOf("report.html"), { width: 1280 });
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.className")).toBe("skip");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
    await page.close();
  });
});

function widthOf(page: Page): Promise<unknown> {
  return page.evaluate("document.documentElement.scrollWidth");
}

/** Presses Tab until an element has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 100; presses += 1) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) === true) return;
  }
  throw new Error(`the keyboard does not reach ${selector}`);
}
