import { describe, expect, it } from "vitest";
import { barColors, type Color, colors, grounds, textColors } from "../../pipeline/page/colors.js";

/** Relative luminance as WCAG 2.2 defines it, of `#rrggbb`. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((left, right) => left - right);
  return (bright + 0.05) / (dark + 0.05);
}

it("computes contrast as WCAG does", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
});

describe.each(["light", "dark"] as const)("%s", (scheme) => {
  const pairs = (all: readonly Color[], on: readonly Color[]): [Color, Color][] =>
    on.flatMap((ground) => all.map((color): [Color, Color] => [color, ground]));

  it.each(pairs(textColors, grounds))("text in %s can be read on %s", (text, ground) => {
    expect(contrast(colors[scheme][text], colors[scheme][ground])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(pairs(barColors, grounds))("bars in %s stand out from %s", (bar, ground) => {
    expect(contrast(colors[scheme][bar], colors[scheme][ground])).toBeGreaterThanOrEqual(3);
  });
});
