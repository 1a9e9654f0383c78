/** The JSON in which a deployment answers a function call (spec 9). */
import { type JSONValue, jsonToConvex, type Value } from "convex/values";
import type { CallResult } from "../callResult.js";
import type { AnswerFormat } from "./callBody.js";

/** The body of the answer: a function's own errors are one too, with status 200. */
export function answerOf(result: Exclude<CallResult, { status: "rejected" }>, format: AnswerFormat): JSONValue {
  const shown = (value: JSONValue): JSONValue => (format === "encoded" ? value : cleanJson(jsonToConvex(value)));
  const logLines = result.logLines.length === 0 ? {} : { logLines: [...result.logLines] };
  if (result.status === "success") return { status: "success", value: shown(result.value), ...logLines };
  const { errorMessage, errorData } = result;
  const data = errorData === undefined ? {} : { errorData: shown(errorData) };
  return { status: "error", errorMessage, ...data, ...logLines };
}

/** The easily read JSON of a value, from which it cannot be told again: Int64, bytes and special floats are strings in it. */
function cleanJson(value: Value): JSONValue {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(cleanJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, cleanJson((field ?? null) as Value)]));
}
