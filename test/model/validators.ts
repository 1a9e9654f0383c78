/** Arbitrary validators, and values that match them. */
import { type GenericValidator, type Value, v } from "convex/values";
import fc from "fast-check";

/** The ids that tests know: `a1`, `a2` of table `a`, `b1` of table `b`. */
export const idTable = (text: string): string | null => (/^[ab]\d$/.test(text) ? text.charAt(0) : null);

type Required = ReturnType<typeof v.any>;

const fieldName = fc.constantFrom("f", "g", "h", "longerName");

const leaf = fc.oneof(
  fc
    .constantFrom<() => GenericValidator>(
      () => v.string(),
      () => v.number(),
      () => v.int64(),
      () => v.boolean(),
      () => v.null(),
      () => v.any(),
      () => v.bytes(),
      () => v.id("a"),
      () => v.literal("x"),
      () => v.literal(3),
      () => v.literal(true),
      () => v.literal(3n),
    )
    .map((make) => make()),
);

/** Any validator, a few levels deep. */
export const anyValidator: fc.Arbitrary<GenericValidator> = fc.letrec<{ node: GenericValidator }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    tie("node").map((element) => v.array(element as Required)),
    fc
      .dictionary(fieldName, fc.tuple(tie("node"), fc.boolean()), { maxKeys: 3 })
      .map((fields) =>
        v.object(
          Object.fromEntries(
            Object.entries(fields).map(([name, [field, optional]]) => [
              name,
              optional ? v.optional(field as Required) : field,
            ]),
          ),
        ),
      ),
    tie("node").map((value) => v.record(v.string(), value as Required)),
    fc.array(tie("node"), { minLength: 1, maxLength: 3 }).map((members) => v.union(...(members as Required[]))),
  ),
})).node;

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.string(),
  fc.double(),
  int64,
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => new Uint8Array(bytes).buffer),
);

/** Values that match a validator. */
export function matchingValue(validator: GenericValidator): fc.Arbitrary<Value> {
  switch (validator.kind) {
    case "string":
      return fc.string();
    case "function":
      return fc.string().map((name) => `function://${name}`);
    case "float64":
      return fc.double();
    case "int64":
    case "commitTs":
      return int64;
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "bytes":
      return fc.uint8Array({ maxLength: 4 }).map((bytes) => new Uint8Array(bytes).buffer);
    case "any":
      return fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }));
    case "id":
      return fc.constantFrom(`${validator.tableName}1`, `${validator.tableName}2`);
    case "literal":
      return fc.constant(validator.value as Value);
    case "array":
      return fc.array(matchingValue(validator.element), { maxLength: 3 });
    case "record":
      return fc.dictionary(fieldName, matchingValue(validator.value), { maxKeys: 3 });
    case "union":
      return fc.oneof(...validator.members.map(matchingValue));
    case "object": {
      const fields = Object.entries(validator.fields);
      return fc.record(Object.fromEntries(fields.map(([name, field]) => [name, matchingValue(field)])), {
        requiredKeys: fields.filter(([, field]) => field.isOptional !== "optional").map(([name]) => name),
      });
    }
  }
}
