/** The colours of a page, by what they mean. `test/page/contrast.test.ts` computes the contrast of every pair that meets. */
export type Color = keyof typeof light;

const light = {
  /** What everything stands on. */
  page: "#ffffff",
  /** What is set off from it: table heads, code, the verdict. */
  panel: "#f3f5f8",
  ink: "#16202c",
  soft: "#526070",
  line: "#d3dae2",
  link: "#0b57b0",
  good: "#13703a",
  warn: "#8a5300",
  bad: "#b3261e",
  /** Bars. */
  before: "#7c8a99",
  after: "#1769c9",
  merged: "#2f8f83",
  rejected: "#c8443b",
  kept: "#a86c0c",
};

const dark: Readonly<Record<Color, string>> = {
  page: "#11161d",
  panel: "#1b232d",
  ink: "#e7ecf2",
  soft: "#a3b0be",
  line: "#33404e",
  link: "#8bbcff",
  good: "#6fd394",
  warn: "#f0b45c",
  bad: "#ff8f86",
  before: "#8593a3",
  after: "#5b9ff0",
  merged: "#45b3a5",
  rejected: "#ec6a60",
  kept: "#d39a3c",
};

export const colors: Readonly<Record<"light" | "dark", Readonly<Record<Color, string>>>> = { light, dark };

/** Text stands on both grounds; bars only on the page. */
export const grounds = ["page", "panel"] as const satisfies readonly Color[];
export const textColors = ["ink", "soft", "link", "good", "warn", "bad"] as const satisfies readonly Color[];
export const barColors = ["before", "after", "merged", "rejected", "kept"] as const satisfies readonly Color[];

/** Custom properties of one scheme. */
export function colorProperties(scheme: keyof typeof colors): string {
  return Object.entries(colors[scheme])
    .map(([name, value]) => `--${name}:${value}`)
    .join(";");
}

/** A colour as style sheets and SVG name it: it follows the reader's scheme. */
export function colorOf(name: Color): string {
  return `var(--${name})`;
}
