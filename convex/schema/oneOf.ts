import { type VLiteral, type VUnion, v } from "convex/values";

/** The validator of an enumeration: one of these texts. */
export function oneOf<const Texts extends readonly string[]>(
  ...texts: Texts
): VUnion<Texts[number], VLiteral<Texts[number]>[]> {
  return v.union(...texts.map((text) => v.literal(text as Texts[number])));
}
