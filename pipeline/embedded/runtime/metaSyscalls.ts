/** `ctx.meta`, `ctx.auth` and vector search, as `convex/server` asks for them. */
import { convexToJson } from "convex/values";
import { deploymentClasses } from "../../convexFormat/functionLimits.js";
import { FunctionError } from "../functions/functionError.js";
import { type VectorQuery, vectorSearch } from "../queries/vectorSearch.js";
import type { Invocation } from "./invocation.js";
import type { AsyncSyscall } from "./syscalls.js";

/** The largest class of deployments whose writes this rate would hold. */
function classOf(writeRate: number | null): keyof typeof deploymentClasses {
  const fitting = Object.entries(deploymentClasses).filter(
    ([, { writeBytesPerSecond }]) => writeRate === null || writeBytesPerSecond <= writeRate,
  );
  return (fitting.at(-1)?.[0] ?? "s16") as keyof typeof deploymentClasses;
}

function requestMetadata({ running }: Invocation): string {
  if (running.kind === "query") throw new FunctionError("getRequestMetadata() is not available in queries.");
  return JSON.stringify({ ip: null, userAgent: null, requestId: "", scheduledFunctionId: null, authToken: null });
}

export const metaSyscalls = {
  "1.0/getTransactionMetrics": (invocation: Invocation) =>
    JSON.stringify(convexToJson(invocation.reading().usage.metrics())),
  "1.0/getUserIdentity": ({ identity }: Invocation) => JSON.stringify(identity),
  "1.0/getFunctionMetadata": ({ running }: Invocation) => JSON.stringify({ name: running.path, componentPath: "" }),
  "1.0/getDeploymentMetadata": ({ host }: Invocation) =>
    JSON.stringify({ name: "embedded", region: null, class: classOf(host.writeRate) }),
  "1.0/getRequestMetadata": requestMetadata,
  "1.0/actions/vectorSearch": async ({ host }: Invocation, { query }: { query: VectorQuery }) =>
    await host.transact(() => JSON.stringify({ results: vectorSearch(query, host.store) })),
} satisfies Record<string, AsyncSyscall>;
