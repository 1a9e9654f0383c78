/** What a call's caller is told of an error. */
import type { JSONValue } from "convex/values";
import type { CallResult } from "../callResult.js";
import { FunctionError } from "./functionError.js";

/** As a ConvexError leaves a function that was built with `convex/server`: its data a JSON text. */
function dataOf(error: unknown): JSONValue | undefined {
  if (error instanceof FunctionError) return error.data;
  const isConvexError = typeof error === "object" && error !== null && Symbol.for("ConvexError") in error;
  const data = isConvexError && "data" in error ? error.data : undefined;
  return typeof data === "string" ? (JSON.parse(data) as JSONValue) : undefined;
}

/** An error as the function that made the call gets it: its message and, of a ConvexError, the data. */
export function forCaller(error: unknown): FunctionError {
  return new FunctionError(messageOf(error), dataOf(error));
}

/**
 * An error as a client gets it.
 *
 * @param requestId 16 hexadecimal digits
 * @param redact leaves out what a production deployment leaves out
 */
export function errorResult(error: unknown, requestId: string, redact: boolean): CallResult {
  const data = dataOf(error);
  const head = `[Request ID: ${requestId}] Server Error`;
  const name = data === undefined ? "Error" : "ConvexError";
  const errorMessage = redact ? head : `${head}\nUncaught ${name}: ${messageOf(error)}`;
  return { status: "error", errorMessage, ...(data !== undefined && { errorData: data }), logLines: [] };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
