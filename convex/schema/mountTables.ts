/** What an application's `convex/schema.ts` takes in while it is migrated: all tables, its own beside them. */
import type { TableDefinition } from "convex/server";
import type { TableDescription } from "./describeTable.js";
import { phases as allPhases, type Phase } from "./steps.js";
import { type TablesAt, tablesAt } from "./tableAt.js";
import { existingTables, normalizedTables, stateTables } from "./tables.js";

/** What an application mounts. */
export interface Mounting<Phases extends Phase, Option extends string> {
  /** The phases whose tables it takes in; all when left out. */
  readonly phases?: readonly Phases[];
  /** The optional tables: the same list as that of `wrapMutations` and the command line's `--with`. */
  readonly withOptions?: readonly Option[];
}

type Normalized = typeof normalizedTables;

/** The new tables of some phases, optional ones only where they are asked for. */
type NewTables<Phases extends Phase, Option extends string> = {
  [Name in keyof Normalized as Normalized[Name] extends { readonly phase: Phases }
    ? Normalized[Name] extends { readonly option: infer Needed }
      ? Needed extends Option
        ? Name
        : never
      : Name
    : never]: Normalized[Name];
};

type AllTables<Phases extends Phase, Option extends string> = TablesAt<typeof existingTables, "transitional", Phases> &
  TablesAt<NewTables<Phases, Option>, "transitional"> &
  TablesAt<typeof stateTables, "transitional">;

/**
 * All tables of the application while it is migrated: those that phases look at, with the moved fields of the mounted phases optional, the
 * new tables of these phases, the migration's own, and the application's others.
 *
 * @param own the tables that no phase looks at, under any names that are free
 * @throws Error when the schema is loaded, with the names that are taken
 */
export function mountTables<
  // biome-ignore lint/suspicious/noExplicitAny: a table of any document and any indexes
  Own extends Record<string, TableDefinition<any, any, any, any>>,
  const Phases extends Phase = Phase,
  const Option extends string = never,
>(
  own: Own,
  { phases = allPhases as readonly Phase[] as readonly Phases[], withOptions = [] }: Mounting<Phases, Option> = {},
) {
  const mounted = { ...existingTables, ...newTables(phases, withOptions), ...stateTables };
  const taken = Object.keys(own).filter((name) => Object.hasOwn(mounted, name));
  if (taken.length > 0) throw new Error(takenNames(taken));
  return { ...own, ...tablesAt(mounted, "transitional", phases) } as Own & AllTables<Phases, Option>;
}

function newTables(phases: readonly string[], options: readonly string[]): Record<string, TableDescription> {
  const tables: [string, TableDescription][] = Object.entries(normalizedTables);
  return Object.fromEntries(
    tables.filter(
      ([, { phase = "", option }]) => phases.includes(phase) && (option === undefined || options.includes(option)),
    ),
  );
}

function takenNames(names: readonly string[]): string {
  const existing = names.filter((name) => Object.hasOwn(existingTables, name));
  const others = names.filter((name) => !existing.includes(name));
  return [
    "mountTables in convex/schema.ts cannot put these tables beside those of convex-unnest:",
    ...(existing.length === 0
      ? []
      : [`  ${existing.join(", ")}: comes with the mounted schema; leave it out of yours.`]),
    ...others.map((name) => `  ${name}: ${remedyOf(name)}`),
  ].join("\n");
}

function remedyOf(name: string): string {
  const { phase }: TableDescription = (normalizedTables as Readonly<Record<string, TableDescription>>)[name] ?? {
    fields: {},
  };
  return phase === undefined
    ? "the migration keeps its own state under this name; rename yours."
    : `${phase} makes a table of this name; rename yours, or mount without ${phase}.`;
}
