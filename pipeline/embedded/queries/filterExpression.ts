/** `.filter(…)`: an expression over a document, evaluated as the backend does, by the order of all values. */
import { compareValues, type JSONValue, type Value } from "convex/values";
import { FunctionError } from "../functions/functionError.js";
import { valueAt } from "../store/orderedIndex.js";
import type { Fields } from "../store/table.js";
import { decodeBound } from "./serializedQuery.js";

type Evaluate = (document: Fields) => Value | undefined;
type Operands = readonly [Evaluate, Evaluate];

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  $eq: (order) => order === 0,
  $neq: (order) => order !== 0,
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
};

const arithmetic: Readonly<
  Record<string, { number: (a: number, b: number) => number; int64: (a: bigint, b: bigint) => bigint }>
> = {
  $add: { number: (a, b) => a + b, int64: (a, b) => a + b },
  $sub: { number: (a, b) => a - b, int64: (a, b) => a - b },
  $mul: { number: (a, b) => a * b, int64: (a, b) => a * b },
  $div: { number: (a, b) => a / b, int64: (a, b) => a / b },
  $mod: { number: (a, b) => a % b, int64: (a, b) => a % b },
};

/**
 * Compiles a serialized expression into a predicate.
 *
 * @throws FunctionError for an operator that does not exist; the predicate throws one for operands of the wrong type
 */
export function compileFilter(expression: JSONValue): (document: Fields) => boolean {
  const evaluate = compile(expression);
  return (document) => isTrue(evaluate(document));
}

function compile(expression: JSONValue): Evaluate {
  const entry = typeof expression === "object" && expression !== null ? Object.entries(expression)[0] : undefined;
  if (entry === undefined) throw new FunctionError(`Invalid filter expression: ${JSON.stringify(expression)}`);
  const [operator, operand] = entry as [string, JSONValue];
  const comparison = comparisons[operator];
  if (comparison !== undefined) {
    const [left, right] = two(operand);
    return (document) => comparison(compareValues(left(document), right(document)));
  }
  const operation = arithmetic[operator];
  if (operation !== undefined) {
    const [left, right] = two(operand);
    return (document) => calculate(operator, operation, left(document), right(document));
  }
  switch (operator) {
    case "$literal": {
      const value = decodeBound(operand);
      return () => value;
    }
    case "$field": {
      const path = String(operand).split(".");
      return (document) => valueAt(document, path);
    }
    case "$and": {
      const all = many(operand);
      return (document) => all.every((one) => isTrue(one(document)));
    }
    case "$or": {
      const all = many(operand);
      return (document) => all.some((one) => isTrue(one(document)));
    }
    case "$not": {
      const one = compile(operand);
      return (document) => !isTrue(one(document));
    }
    case "$neg": {
      const one = compile(operand);
      return (document) => {
        const value = one(document);
        if (typeof value === "number" || typeof value === "bigint") return -value;
        throw new FunctionError("The operand of a negation must be a number");
      };
    }
    default:
      throw new FunctionError(`Unknown operator in a filter: ${operator}`);
  }
}

function calculate(
  operator: string,
  operation: (typeof arithmetic)[string],
  left: Value | undefined,
  right: Value | undefined,
): Value {
  if (typeof left === "number" && typeof right === "number") return operation.number(left, right);
  if (typeof left === "bigint" && typeof right === "bigint") return operation.int64(left, right);
  throw new FunctionError(`The operands of ${operator.slice(1)} must be numbers of one type`);
}

function isTrue(value: Value | undefined): boolean {
  if (typeof value === "boolean") return value;
  throw new FunctionError("The operands of a logical operator, and a filter itself, must be booleans");
}

function two(operands: JSONValue): Operands {
  const [left, right] = many(operands);
  if (left === undefined || right === undefined) throw new FunctionError("An operator of a filter lacks an operand");
  return [left, right];
}

function many(operands: JSONValue): Evaluate[] {
  if (!Array.isArray(operands)) throw new FunctionError("An operator of a filter lacks its operands");
  return operands.map(compile);
}
