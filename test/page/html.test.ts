import { expect, it } from "vitest";
import { escapeHtml, html, prose } from "../../pipeline/page/html.js";

it.each([
  ["markup", `<script>alert("1")</script>&'`, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;"],
  ["terminal escapes", "a\u001b[31mred", "a\ufffd[31mred"],
  ["marks that turn the line", "gpj.\u202egnp\u2066", "gpj.\ufffdgnp\ufffd"],
  ["lone surrogates", "\ud83d", "\ufffd"],
  ["letters of any script", "קובץ 文件 😀", "קובץ 文件 😀"],
])("shows %s as text", (_what, given, shown) => expect(escapeHtml(given)).toBe(shown));

it("cuts very long texts, and says how long they were", () => {
  const shown = escapeHtml("😀".repeat(500_000));
  expect(shown.length).toBeLessThan(700);
  expect(shown).toMatch(/… \(1,000,000 characters\)$/);
});

it("escapes what stands in a template, once, unless it is markup", () => {
  const inner = html`<b>${"<"}</b>`;
  expect(html`<p title="${`"`}">${inner}${[inner, "&", null, 3]}</p>`.text).toBe(
    '<p title="&quot;"><b>&lt;</b><b>&lt;</b>&amp;3</p>',
  );
});

it("shows what stands in backquotes as code, escaped too", () => {
  expect(prose("use `<b>`, please").text).toBe("use <code>&lt;b&gt;</code>, please");
});
