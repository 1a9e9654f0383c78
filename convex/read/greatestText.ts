/** Behind every text that begins so: `.gte(begin).lt(begin + greatestText)`. Convex orders texts by their UTF-8 bytes. */
export const greatestText = "\u{10FFFF}";
