/** From the text a pass query built to the input of each transform of the pass. */
import type { Environment, PartInput, SourceDocument } from "../../transforms/index.js";
import { decodeValue } from "../convexFormat/decodeValue.js";
import type { PassTransform } from "./passes.js";

type Member = { readonly [field: string]: SourceDocument | null };

export interface PassDocument {
  readonly document: SourceDocument;
  readonly single: Member;
  readonly many: Readonly<Record<string, Readonly<Record<string, SourceDocument>>>>;
  /** Bytes of the document (`d`) and of what each lookup found, by slot; empty where the query did not weigh them. */
  readonly weights: Readonly<Record<string, number>>;
}

/** Decodes one line of a pass query; the query wrote it, so its shape needs no further check. */
export function readPassDocument(line: string): PassDocument {
  const {
    d,
    l,
    m,
    s = {},
  } = decodeValue(line) as unknown as {
    d: SourceDocument;
    l: Member;
    m: PassDocument["many"];
    s?: PassDocument["weights"];
  };
  return { document: d, single: l, many: m, weights: s };
}

const nothing: ReadonlyMap<string, SourceDocument> = new Map();

/** What one transform of the pass is given. */
export function partInput(member: PassTransform, read: PassDocument, environment: Environment): PartInput {
  const lookup: Record<string, SourceDocument | null> = {};
  const lookupMany: Record<string, ReadonlyMap<string, SourceDocument>> = {};
  for (const { name, slot, many } of member.lookups) {
    if (many) {
      const found = read.many[slot];
      lookupMany[name] = found === undefined ? nothing : new Map(Object.entries(found));
    } else {
      lookup[name] = read.single[slot] ?? null;
    }
  }
  return { document: read.document, lookup, lookupMany, environment };
}
