/** Functions calling functions, as `convex/server` asks for it. */
import type { JSONValue } from "convex/values";
import type { TransactionLimits } from "../../convexFormat/functionLimits.js";
import { FunctionError } from "../functions/functionError.js";
import type { FunctionKind } from "../functions/registeredFunctions.js";
import type { Invocation } from "./invocation.js";
import type { AsyncSyscall } from "./syscalls.js";

/** How `convex/server` names a function. */
export interface FunctionAddress {
  readonly name?: string;
  readonly functionHandle?: string;
  readonly reference?: string;
}

interface CallArguments extends FunctionAddress {
  readonly args: JSONValue;
}

const handlePrefix = "function://";

/** The path of an address. @throws FunctionError for a component's function: an embedded deployment has no components */
export function pathOf({ name, functionHandle }: FunctionAddress): string {
  if (name !== undefined) return name;
  if (functionHandle?.startsWith(handlePrefix)) return functionHandle.slice(handlePrefix.length);
  throw new FunctionError("Components are not supported by the embedded deployment");
}

async function runUdf(
  invocation: Invocation,
  call: CallArguments & { udfType: string; transactionLimits?: Partial<TransactionLimits> },
): Promise<string> {
  const { udfType, args, transactionLimits = {} } = call;
  if (udfType !== "query" && udfType !== "mutation") {
    throw new FunctionError("Queries of a stale snapshot are not supported by the embedded deployment");
  }
  const transaction = udfType === "mutation" ? invocation.writing() : invocation.reading();
  const called = invocation.host.find(pathOf(call), udfType);
  return await invocation.nested.run(async () => {
    const savepoint = transaction.savepoint();
    const widen = transaction.usage.narrow(transactionLimits);
    try {
      const answer = await invocation.host.callWithin(transaction, called, args, invocation);
      widen(false);
      return answer;
    } catch (error) {
      transaction.undo(savepoint);
      widen(true);
      throw error;
    }
  });
}

function fromAction(kind: FunctionKind): AsyncSyscall {
  return (async (invocation: Invocation, call: CallArguments) => {
    const { host } = invocation;
    return await host.callApart(host.find(pathOf(call), kind), call.args, invocation);
  }) as AsyncSyscall;
}

export const callSyscalls = {
  "1.0/runUdf": runUdf,
  "1.0/createFunctionHandle": (_: Invocation, address: FunctionAddress) =>
    JSON.stringify(handlePrefix + pathOf(address)),
  "1.0/actions/query": fromAction("query"),
  "1.0/actions/mutation": fromAction("mutation"),
  "1.0/actions/action": fromAction("action"),
} satisfies Record<string, AsyncSyscall>;
