/** How the migration's functions call each other: by the path at which the application mounts them. */
import {
  type DefaultFunctionArgs,
  type FunctionReference,
  type FunctionType,
  makeFunctionReference,
} from "convex/server";

/** The application's file is `convex/unnest.ts`. */
const mountedAs = "unnest";

/** The reference of a function that `functions.ts` exports, as the scheduler wants it. */
export function mounted<Type extends FunctionType>(
  _type: Type,
  name: string,
): FunctionReference<Type, "internal", DefaultFunctionArgs> {
  return makeFunctionReference<Type>(`${mountedAs}:${name}`) as unknown as FunctionReference<Type, "internal">;
}
