import type { Value } from "convex/values";
import { phaseArgument } from "../requirePhase.js";
import { internalQuery } from "../runtime.js";
import { descriptionOf, naturalKeyOf } from "../tableFacts.js";
import { walkArguments, walkPage } from "../walk.js";
import { ownedTablesOf } from "./phaseTables.js";

/** What belongs to the application in a row that an abort deletes. */
interface OwnedValues {
  readonly table: string;
  /** The row's natural key: by it the values find their way into the row of another migration. */
  readonly key: Readonly<Record<string, Value>>;
  readonly values: Readonly<Record<string, Value>>;
}

/**
 * A page of the application-owned values (a tag's name, color and description, a site's name) of a phase's rows, for a file
 * that outlives an abort. The only answer here that carries what users wrote.
 *
 * @returns `{cursor, isDone, visited, left, rows}`
 */
export const applicationValues = internalQuery({
  args: { migrationId: phaseArgument, ...walkArguments },
  handler: async (ctx, { migrationId, cursor, documents }) => {
    const rows: OwnedValues[] = [];
    const page = await walkPage(ctx, {
      tables: ownedTablesOf(migrationId),
      cursor,
      documents,
      visit: async (document, table) => {
        const pick = (columns: readonly string[]) =>
          Object.fromEntries(
            columns.map((column) => [column, document[column]]).filter(([, value]) => value !== undefined),
          );
        const values = pick(descriptionOf(table).applicationOwned ?? []);
        if (Object.keys(values).length > 0) rows.push({ table, key: pick(naturalKeyOf(table)), values });
        return true;
      },
    });
    return { ...page, rows };
  },
});
