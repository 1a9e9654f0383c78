import { ConvexError } from "convex/values";
import type { Transform } from "../../transforms/defineTransform.js";
import { transforms } from "../../transforms/index.js";
import type { PartName } from "../../transforms/partBatch.js";

/**
 * The transform of a part that a batch names.
 *
 * @throws ConvexError `unknown_part` when there is none, or it is of another table or phase
 */
export function transformFor(migrationId: string, { part, table }: PartName): Transform {
  const transform = transforms.find((candidate) => candidate.part === part);
  if (transform === undefined || transform.table !== table || transform.phase !== migrationId)
    throw new ConvexError({ code: "unknown_part", table, part });
  return transform;
}
