/** The functions of a deployment's modules, by the paths they are called by. */
import type { GenericValidator, ValidatorJSON } from "convex/values";
import { validatorFromJson } from "./validatorFromJson.js";

export type FunctionKind = "query" | "mutation" | "action";

export interface RegisteredFunction {
  /** `dir/file:name` */
  readonly path: string;
  readonly kind: FunctionKind;
  readonly isPublic: boolean;
  /** Runs it. @param args JSON text of an array with the arguments; the answer is JSON text too */
  readonly invoke: (args: string) => Promise<string>;
  readonly args: GenericValidator;
  readonly returns: GenericValidator | null;
}

/** What `convex/server` hangs on a function that one of its builders has made. */
interface Registered {
  readonly isQuery?: boolean;
  readonly isMutation?: boolean;
  readonly isAction?: boolean;
  readonly isPublic?: boolean;
  readonly invokeQuery?: (args: string) => Promise<string>;
  readonly invokeMutation?: (args: string) => Promise<string>;
  readonly invokeAction?: (requestId: string, args: string) => Promise<string>;
  readonly exportArgs: () => string;
  readonly exportReturns: () => string;
}

export type Modules = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** All functions among what modules export. @param modules by path, `unnest` or `dir/file` */
export function registeredFunctions(modules: Modules): ReadonlyMap<string, RegisteredFunction> {
  const functions = new Map<string, RegisteredFunction>();
  for (const [module, exports] of Object.entries(modules)) {
    for (const [name, exported] of Object.entries(exports)) {
      const registered = registeredFunction(`${module}:${name}`, exported);
      if (registered !== null) functions.set(registered.path, registered);
    }
  }
  return functions;
}

/** A path as callers may spell it: with the module's ending, or without a name for its default export. */
export function canonicalPath(path: string): string {
  const [module = "", name = "default"] = path.split(":");
  return `${module.replace(/\.[jt]s$/, "")}:${name}`;
}

/** One export as a function, or null where it is something else. */
function registeredFunction(path: string, exported: unknown): RegisteredFunction | null {
  if (typeof exported !== "function") return null;
  const registered = exported as unknown as Registered;
  const { isQuery, isMutation, isAction, invokeQuery, invokeMutation, invokeAction } = registered;
  const rest = () => {
    const returns = JSON.parse(registered.exportReturns()) as ValidatorJSON | null;
    return {
      path,
      isPublic: registered.isPublic === true,
      args: validatorFromJson(JSON.parse(registered.exportArgs()) as ValidatorJSON),
      returns: returns === null ? null : validatorFromJson(returns),
    };
  };
  if (isQuery && invokeQuery) return { ...rest(), kind: "query", invoke: invokeQuery };
  if (isMutation && invokeMutation) return { ...rest(), kind: "mutation", invoke: invokeMutation };
  if (isAction && invokeAction) return { ...rest(), kind: "action", invoke: (args) => invokeAction("", args) };
  return null;
}
