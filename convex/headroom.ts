import type { MutationCtx, QueryCtx } from "./runtime.js";

/**
 * Is there room for another document? A page stops where half of any limit of its transaction is spent (spec 9), so that the
 * document it is at, however large, still fits into the other half.
 */
export async function hasHeadroom({ meta }: Pick<MutationCtx | QueryCtx, "meta">): Promise<boolean> {
  const { bytesRead, bytesWritten, databaseQueries, documentsRead, documentsWritten } =
    await meta.getTransactionMetrics();
  return [bytesRead, bytesWritten, databaseQueries, documentsRead, documentsWritten].every(
    ({ used, remaining }) => used < remaining,
  );
}
