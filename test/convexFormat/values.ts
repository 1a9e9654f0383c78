/** Arbitrary Convex values and documents for laws. */
import type { Value } from "convex/values";
import fc from "fast-check";
import { encodeId } from "../../pipeline/convexFormat/ids.js";

const key = fc.oneof(
  fc.stringMatching(/^[a-z_][A-Za-z0-9_ !~]{0,8}$/),
  fc.constantFrom("__proto__", "constructor", "10", "9", "_id", "type"),
);

const bytes = fc.uint8Array({ maxLength: 12 }).map((array): ArrayBuffer => new Uint8Array(array).buffer);

const anyText = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom('"', "\\", '\\"', "$float", '{"a":1}', "\u0000\u001f\u007f", "\u2028", "🙂", "Infinity", "7", "AQID"),
);

const anyFloat = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(-0, 0, NaN, Infinity, -Infinity, 1e21, 1e16, 1e-5, 1e-6, 5e-324, 0.1 + 0.2, 2 ** 63),
);

const anyInt64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** Any value Convex stores, a few levels deep. */
export const anyValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    anyFloat,
    anyInt64,
    anyText,
    bytes,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 5 }).map((entries): Value => Object.fromEntries(entries)),
  ),
})).value;

/** An id whose 16 bytes are all `fill`. */
export function idOf(tableNumber: number, fill: number): string {
  return encodeId(tableNumber, new Uint8Array(16).fill(fill));
}
