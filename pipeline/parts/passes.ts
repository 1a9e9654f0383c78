/**
 * A *pass* reads each document of one table once and hands it to every transform of that table. Lookups which several
 * transforms declare alike are read once.
 */
import { type Lookup, rowTables, type Transform, transforms } from "../../transforms/index.js";
import type { Model } from "../model/types.js";
import { entityReferences } from "./relations.js";

export interface PassLookup extends Lookup {
  /** Column alias and key in the worker's input; equal for lookups that are alike. */
  readonly slot: string;
  readonly many: boolean;
}

export interface PassTransform {
  readonly transform: Transform;
  /** The transform's lookups: what it calls each, and where the pass has it. */
  readonly lookups: readonly { readonly name: string; readonly slot: string; readonly many: boolean }[];
}

export interface Pass {
  readonly table: string;
  readonly transforms: readonly PassTransform[];
  /** Union of what the transforms read and move, in a fixed order. */
  readonly fields: readonly string[];
  readonly lookups: readonly PassLookup[];
}

/** Fields whose presence makes a document worth handing to a transform; empty when every document is. */
export function triggers(pass: Pass): readonly string[] {
  const moved = pass.transforms.map(({ transform }) => transform.moves);
  return moved.some((fields) => fields.length === 0) ? [] : [...new Set(moved.flat())];
}

/** The passes of the model with these options switched on, in the order in which `transforms/index.ts` names their tables. */
export function planPasses(options: readonly string[]): readonly Pass[] {
  const enabled = transforms.filter(({ option }) => option === undefined || options.includes(option));
  const tables = [...new Set(enabled.map(({ table }) => table))];
  return tables.map((table) =>
    planPass(
      table,
      enabled.filter((transform) => transform.table === table),
    ),
  );
}

/** A pass of the rebuild. */
export interface RebuildPass extends Pass {
  /** In `planRebuilds`. */
  readonly place: number;
  /** Its rows are done only when the set rules are: they refer to entities, or fields are given back from those. */
  readonly needsEntities: boolean;
}

/** The passes of a rebuild: parts that move a field, those which need entities apart from those which do not. */
export function planRebuilds(model: Model, options: readonly string[]): readonly RebuildPass[] {
  const passes = planPasses(options).flatMap(({ table, transforms: members }) => {
    const moving = members.map(({ transform }) => transform).filter(({ moves }) => moves.length > 0);
    return [false, true].map((needed) => {
      const some = moving.filter((transform) => needsEntities(model, transform) === needed);
      return { ...planPass(table, some), needsEntities: needed };
    });
  });
  return passes.filter(({ transforms: some }) => some.length > 0).map((pass, place) => ({ ...pass, place }));
}

function needsEntities(model: Model, transform: Transform): boolean {
  const refers = rowTables(transform).some((table) => entityReferences(model, model.table(table)).length > 0);
  return refers || Object.values(transform.rebuildsFrom ?? {}).includes(null);
}

/** Does the reference stand in every element of an array? */
const alongArray = (via: string): boolean => via.includes("[]");

function planPass(table: string, members: readonly Transform[]): Pass {
  const lookups = new Map<string, PassLookup>();
  const slotOf = (transform: Transform, name: string): string => {
    const lookup = transform.reads.lookups[name];
    if (lookup === undefined) throw new TypeError(`${transform.part} declares no lookup ${name}`);
    // A chained reference (`conversation.userId`) is alike only when the lookup it starts from is.
    const [head, ...rest] = lookup.via.split(".");
    const via =
      rest.length > 0 && head !== undefined && head in transform.reads.lookups
        ? `${slotOf(transform, head)}.${rest.join(".")}`
        : lookup.via;
    const identity = JSON.stringify([via, lookup.table, [...lookup.fields].sort(), lookup.firstIndexOf ?? null]);
    const known = lookups.get(identity);
    if (known !== undefined) return known.slot;
    const slot = `l${lookups.size}`;
    lookups.set(identity, { ...lookup, via, slot, many: alongArray(via) });
    return slot;
  };
  const planned = members.map((transform) => ({
    transform,
    lookups: Object.entries(transform.reads.lookups).map(([name, { via }]) => ({
      name,
      slot: slotOf(transform, name),
      many: alongArray(via),
    })),
  }));
  const fields = [...new Set(members.flatMap(({ reads, moves }) => [...reads.fields, ...moves]))].sort();
  return { table, transforms: planned, fields, lookups: [...lookups.values()] };
}
