/**
 * What `ctx.meta` tells, for every version of the client library: those before 1.36 have no `ctx.meta`, so there the call is made that it
 * makes itself. Of the types here none is the library's, since the older ones lack them.
 */

/** Used of a limit in this transaction, and what remains. */
export interface Metric {
  readonly used: number;
  readonly remaining: number;
}

/** The limits of a transaction that work here comes near. */
export const limitNames = [
  "bytesRead",
  "bytesWritten",
  "databaseQueries",
  "documentsRead",
  "documentsWritten",
] as const;

export type TransactionMetrics = Readonly<Record<(typeof limitNames)[number], Metric>>;

interface Meta {
  getTransactionMetrics(): Promise<TransactionMetrics>;
  getDeploymentMetadata(): Promise<{ readonly class: string }>;
}

/** The runtime's own interface, which every deployed bundle calls, whatever its version. */
declare const Convex: { asyncSyscall(operation: string, argumentsJson: string): Promise<string> };

const bySyscall: Meta = {
  getTransactionMetrics: async () => JSON.parse(await Convex.asyncSyscall("1.0/getTransactionMetrics", "{}")),
  getDeploymentMetadata: async () => JSON.parse(await Convex.asyncSyscall("1.0/getDeploymentMetadata", "{}")),
};

/** @param ctx of a query or a mutation */
function metaOf(ctx: object): Meta {
  return { ...bySyscall, ...(ctx as { readonly meta?: Meta }).meta };
}

/** What a transaction has used and what remains; null where the deployment is older than this question and cannot tell. */
export async function transactionMetrics(ctx: object): Promise<TransactionMetrics | null> {
  return await metaOf(ctx)
    .getTransactionMetrics()
    .catch(() => null);
}

/** The class that decides what a deployment can take: `s16` and the like. Null as above. */
export async function deploymentClass(ctx: object): Promise<string | null> {
  return await metaOf(ctx)
    .getDeploymentMetadata()
    .then((metadata) => metadata.class)
    .catch(() => null);
}
