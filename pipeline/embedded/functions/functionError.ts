import type { JSONValue } from "convex/values";

/** An error that a deployment gives to the code of a function, which may catch it; uncaught, it is the call's error. */
export class FunctionError extends Error {
  override readonly name = "Error";

  /** @param data makes it a ConvexError for the function, in Convex's JSON encoding */
  constructor(
    message: string,
    readonly data?: JSONValue,
  ) {
    super(message);
  }
}
