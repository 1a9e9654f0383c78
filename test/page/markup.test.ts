/** What can be told from the text of a page, without a browser. */
import { beforeAll, describe, expect, it } from "vitest";
import { examplePages } from "./examplePages.js";

let pages: Readonly<Record<string, string>>;
beforeAll(async () => {
  pages = await examplePages();
});

const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found]) => found ?? "");

it("the same report gives the same bytes", async () => {
  expect(await examplePages()).toEqual(pages);
});

it("folders of the machine are left out", () => {
  expect(pages["hostile.html"]).not.toContain("/home/someone");
});

describe.each(["report.html", "hostile.html", "rehearsal.html"])("%s", (name) => {
  const page = (): string => pages[name] ?? "";

  it("allows itself nothing from anywhere", () => {
    expect(page()).toMatch(/http-equiv="Content-Security-Policy" content="default-src 'none';/);
    expect(all(page(), /(?:src|href)="([^#][^"]*)"/g)).toEqual([]);
    expect(all(page(), /(@import|(?<!\w)url\((?!#)|https?:.{20})/g)).toEqual([]);
  });

  it("has ids that are unique, and links that lead somewhere", () => {
    const ids = all(page(), /[\s]id="([^"]+)"/g);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(all(page(), /(?:href="|url\()#([^")]+)/g).filter((id) => !ids.includes(id))).toEqual([]);
    expect(all(page(), /aria-labelledby="([^"]+)"/g).filter((id) => !ids.includes(id))).toEqual([]);
  });

  it("has headings in order, one of them first", () => {
    const levels = all(page(), /<h([1-6])/g).map(Number);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels[0]).toBe(1);
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
  });

  it("says every chart as a table, too", () => {
    const figures = page().split("<figure ").slice(1);
    expect(figures.length).toBeGreaterThan(2);
    for (const figure of figures) expect(figure.slice(0, figure.indexOf("</figure>"))).toContain("<details><summary>");
  });

  it("lets no control and no turning of lines through", () => {
    expect(all(page(), /([^\P{Cc}\n]|[\p{Bidi_Control}\p{Cs}])/gu)).toEqual([]);
  });
});
