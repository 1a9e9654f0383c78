import type { QueryCtx } from "../runtime.js";

/**
 * The class that decides what a deployment can take: `s16` and the like. Null where the deployment does not tell, as backends that
 * are older than this question do not.
 */
export async function deploymentClass({ meta }: Pick<QueryCtx, "meta">): Promise<string | null> {
  try {
    return (await meta.getDeploymentMetadata()).class;
  } catch {
    return null;
  }
}
