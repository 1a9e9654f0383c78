/** An application's builder of queries or mutations, of which every function is given more in its `ctx`. */
import type {
  ArgsArrayForOptionalValidator,
  ArgsArrayToObject,
  DefaultArgsForOptionalValidator,
  FunctionVisibility,
  RegisteredMutation,
  RegisteredQuery,
  ReturnValueForOptionalValidator,
} from "convex/server";
import type { PropertyValidators, Validator } from "convex/values";

// biome-ignore lint/suspicious/noExplicitAny: as Convex's own builders declare it: a value of any type
type Any = any;
// biome-ignore lint/suspicious/noConfusingVoidType: as above
type Validators = PropertyValidators | Validator<Any, "required", Any> | void;

/** Convex's own signature of a builder, but for the `ctx` that a handler gets: both forms, with and without validators. */
type Builder<Ctx, Registered extends Registering> = <
  ArgsValidator extends Validators,
  ReturnsValidator extends Validators,
  ReturnValue extends ReturnValueForOptionalValidator<ReturnsValidator> = Any,
  OneOrZeroArgs extends ArgsArrayForOptionalValidator<ArgsValidator> = DefaultArgsForOptionalValidator<ArgsValidator>,
>(
  definition:
    | {
        args?: ArgsValidator;
        returns?: ReturnsValidator;
        handler: (ctx: Ctx, ...args: OneOrZeroArgs) => ReturnValue;
      }
    | ((ctx: Ctx, ...args: OneOrZeroArgs) => ReturnValue),
) => RegisteredAs<Registered, ArgsArrayToObject<OneOrZeroArgs>, ReturnValue>;

interface Registering {
  readonly type: "query" | "mutation";
  readonly visibility: FunctionVisibility;
}

type RegisteredAs<
  Registered extends Registering,
  Args extends Record<string, Any>,
  ReturnValue,
> = Registered["type"] extends "query"
  ? RegisteredQuery<Registered["visibility"], Args, ReturnValue>
  : RegisteredMutation<Registered["visibility"], Args, ReturnValue>;

export type QueryBuilderWith<Ctx, Visibility extends FunctionVisibility> = Builder<
  Ctx,
  { readonly type: "query"; readonly visibility: Visibility }
>;

export type MutationBuilderWith<Ctx, Visibility extends FunctionVisibility> = Builder<
  Ctx,
  { readonly type: "mutation"; readonly visibility: Visibility }
>;

type Handler = (ctx: object, ...args: unknown[]) => unknown;
type Definition = Handler | { readonly handler: Handler };

/**
 * The same builder, whose functions get what `more` gives over their `ctx`. The caller says which type that is.
 *
 * @param more is asked before each call of a function
 * @param end is called with its answer after a call that went well
 */
export function withContext<With>(
  builder: (definition: never) => unknown,
  more: (ctx: never) => Promise<object>,
  end: (more: never) => Promise<void> = async () => undefined,
): With {
  const given = builder as (definition: Definition) => unknown;
  const extended =
    (handler: Handler): Handler =>
    async (ctx, ...args) => {
      const given = await more(ctx as never);
      const result = await handler({ ...ctx, ...given }, ...args);
      await end(given as never);
      return result;
    };
  const build = (definition: Definition) =>
    typeof definition === "function"
      ? given(extended(definition))
      : given({ ...definition, handler: extended(definition.handler) });
  return build as With;
}
