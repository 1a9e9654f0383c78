import { ConvexError } from "convex/values";
import type { Transform } from "../../transforms/defineTransform.js";
import { transforms } from "../../transforms/index.js";
import type { PartName } from "../../transforms/partBatch.js";

/**
 * The transform of a part that a caller names.
 *
 * @param name its table may be left out
 * @throws ConvexError `unknown_part` when there is none, or it is of another table or phase
 */
export function transformFor(migrationId: string, name: Pick<PartName, "part"> & Partial<PartName>): Transform {
  const { part, table } = name;
  const transform = transforms.find((candidate) => candidate.part === part && candidate.phase === migrationId);
  if (transform === undefined || (table ?? transform.table) !== transform.table)
    throw new ConvexError({ code: "unknown_part", migrationId, part, ...(table === undefined ? {} : { table }) });
  return transform;
}
