/** From a description to the table of one of the three schemas. */
import { defineTable, type TableDefinition } from "convex/server";
import {
  type GenericValidator,
  type ObjectType,
  type PropertyValidators,
  type VObject,
  type VOptional,
  v,
} from "convex/values";
import type { TableDescription } from "./describeTable.js";

/** `old`: before the migration; `transitional`: while it runs, moved fields optional; `final`: moved fields gone. */
export type SchemaStage = "old" | "transitional" | "final";

type Flatten<T> = { [Key in keyof T]: T[Key] };
type OrNone<T> = unknown extends T ? Record<never, never> : NonNullable<T>;
type Part<Description, Key extends string> = Description extends { readonly [K in Key]: infer Value }
  ? OrNone<Value>
  : Record<never, never>;

type MovedAt<Description, Stage extends SchemaStage, Phases extends string> = Stage extends "final"
  ? Record<never, never>
  : {
      [Field in keyof Part<Description, "moved">]: Part<Description, "moved">[Field] extends {
        readonly was: infer Was extends GenericValidator;
        readonly phase: infer Phase;
      }
        ? Stage extends "old"
          ? Was
          : Phase extends Phases
            ? VOptional<Was>
            : Was
        : never;
    };

type BookkeepingOf<Description> = Description extends { readonly bookkeeping: readonly (infer Name)[] } ? Name : never;

type FieldsAt<Description extends TableDescription, Stage extends SchemaStage, Phases extends string> = Flatten<
  {
    -readonly [Field in keyof Description["fields"]]: Field extends BookkeepingOf<Description>
      ? VOptional<Description["fields"][Field]>
      : Description["fields"][Field];
  } & MovedAt<Description, Stage, Phases>
>;

type DeclaredIndexes<Description, Stage extends SchemaStage> = Part<Description, "indexes"> &
  (Stage extends "old" ? Record<never, never> : Part<Description, "addedIndexes">);

/** Convex itself appends `_creationTime` to every index. */
type IndexesAt<Description, Stage extends SchemaStage> = {
  -readonly [Name in keyof DeclaredIndexes<Description, Stage>]: DeclaredIndexes<
    Description,
    Stage
  >[Name] extends readonly [...infer Fields extends string[]]
    ? [...Fields, "_creationTime"]
    : never;
};

type SearchIndexesOf<Description> = {
  -readonly [Name in keyof Part<Description, "searchIndexes">]: Part<Description, "searchIndexes">[Name] extends {
    readonly searchField: infer Field extends string;
    readonly filterFields: readonly (infer Filter extends string)[];
  }
    ? { searchField: Field; filterFields: Filter }
    : never;
};

type VectorIndexesOf<Description> = {
  -readonly [Name in keyof Part<Description, "vectorIndexes">]: Part<Description, "vectorIndexes">[Name] extends {
    readonly vectorField: infer Field extends string;
    readonly filterFields: readonly (infer Filter extends string)[];
  }
    ? { vectorField: Field; dimensions: number; filterFields: Filter }
    : never;
};

type ValidatorAt<Fields> = Fields extends PropertyValidators ? VObject<ObjectType<Fields>, Fields> : never;

/** Of a transitional schema the moved fields of these phases are optional; those of the others are as they were. */
export type TableAt<
  Description extends TableDescription,
  Stage extends SchemaStage,
  Phases extends string = string,
> = TableDefinition<
  ValidatorAt<FieldsAt<Description, Stage, Phases>>,
  IndexesAt<Description, Stage>,
  SearchIndexesOf<Description>,
  VectorIndexesOf<Description>
>;

export type TablesAt<
  Descriptions extends Record<string, TableDescription>,
  Stage extends SchemaStage,
  Phases extends string = string,
> = {
  -readonly [Name in keyof Descriptions]: TableAt<Descriptions[Name], Stage, Phases>;
};

function fieldsAt(
  description: TableDescription,
  stage: SchemaStage,
  phases: readonly string[] | undefined,
): PropertyValidators {
  const fields: Record<string, GenericValidator> = { ...description.fields };
  for (const name of description.bookkeeping ?? []) fields[name] = v.optional(fields[name] as GenericValidator);
  if (stage === "final") return fields;
  for (const [name, { was, phase }] of Object.entries(description.moved ?? {})) {
    fields[name] = stage === "old" || phases?.includes(phase) === false ? was : v.optional(was);
  }
  return fields;
}

/**
 * The Convex table of a description at one stage.
 *
 * The one cast of the schema stands here: Convex types a table by its chain of calls, which a loop cannot show.
 *
 * @param phases those whose moved fields are optional in a transitional table; all when left out
 */
export function tableAt<
  Description extends TableDescription,
  Stage extends SchemaStage,
  Phases extends string = string,
>(description: Description, stage: Stage, phases?: readonly Phases[]): TableAt<Description, Stage, Phases> {
  const { indexes, addedIndexes, searchIndexes, vectorIndexes }: TableDescription = description;
  const table = defineTable(fieldsAt(description, stage, phases));
  for (const [name, [first, ...rest]] of Object.entries({ ...indexes, ...(stage === "old" ? {} : addedIndexes) })) {
    table.index(name, [first, ...rest]);
  }
  for (const [name, { searchField, filterFields }] of Object.entries(searchIndexes ?? {})) {
    table.searchIndex(name, { searchField, filterFields: [...filterFields] });
  }
  for (const [name, { vectorField, dimensions, filterFields }] of Object.entries(vectorIndexes ?? {})) {
    table.vectorIndex(name, { vectorField, dimensions, filterFields: [...filterFields] });
  }
  return table as unknown as TableAt<Description, Stage, Phases>;
}

/** The same for a set of tables. */
export function tablesAt<
  Descriptions extends Record<string, TableDescription>,
  Stage extends SchemaStage,
  Phases extends string = string,
>(descriptions: Descriptions, stage: Stage, phases?: readonly Phases[]): TablesAt<Descriptions, Stage, Phases> {
  const tables = Object.entries(descriptions).map(([name, description]) => [name, tableAt(description, stage, phases)]);
  return Object.fromEntries(tables) as TablesAt<Descriptions, Stage, Phases>;
}
