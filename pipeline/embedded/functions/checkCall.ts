/** What is checked of a function's arguments and of its return value. */
import { type JSONValue, jsonToConvex, type Value } from "convex/values";
import type { FunctionLimits } from "../../convexFormat/functionLimits.js";
import { valueSize } from "../../convexFormat/valueSize.js";
import { type IdTable, validateValue } from "../../model/validateValue.js";
import { FunctionError } from "./functionError.js";
import type { RegisteredFunction } from "./registeredFunctions.js";

const MiB = 1_048_576;

/** @throws FunctionError for arguments that are too large, too deep or not what the function's validator asks for */
export function checkArguments(
  called: RegisteredFunction,
  args: Value,
  limits: FunctionLimits,
  idTable: IdTable,
): void {
  if (typeof args !== "object" || args === null || Array.isArray(args) || args instanceof ArrayBuffer) {
    throw new FunctionError("The arguments to a Convex function must be an object.");
  }
  checkBounds(args, `Arguments for ${called.path} are`, limits.argumentBytes, limits.callNesting);
  const reason = validateValue(args, called.args, idTable);
  if (reason !== null) throw new FunctionError(`ArgumentValidationError: ${reason}`);
}

/** The same of a return value. @param json as the function gave it */
export function checkReturn(
  called: RegisteredFunction,
  json: JSONValue,
  limits: FunctionLimits,
  idTable: IdTable,
): void {
  const value = jsonToConvex(json);
  checkBounds(value, `Function ${called.path} return value is`, limits.returnBytes, limits.callNesting);
  const reason = called.returns === null ? null : validateValue(value, called.returns, idTable);
  if (reason !== null) throw new FunctionError(`ReturnsValidationError: ${reason}`);
}

function checkBounds(value: Value, what: string, bytes: number, levels: number): void {
  const size = valueSize(value);
  if (size > bytes) throw new FunctionError(`${what} too large (actual: ${inMiB(size)}, limit: ${inMiB(bytes)})`);
  if (levelsOf(value, levels) > levels) throw new FunctionError(`${what} nested too deeply (limit: ${levels} levels)`);
}

/** Levels of arrays and objects, looking no deeper than one below `most`. */
function levelsOf(value: Value | undefined, most: number): number {
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return 0;
  if (most === 0) return 1;
  let deepest = 0;
  const fields = value as Readonly<Record<string, Value | undefined>>;
  for (const key in fields) deepest = Math.max(deepest, levelsOf(fields[key], most - 1));
  return deepest + 1;
}

function inMiB(bytes: number): string {
  return `${Number((bytes / MiB).toFixed(2))} MiB`;
}
