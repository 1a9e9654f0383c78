/** What shadow comparison compares: each reader's answers about one document, by the old side and by the new. */
import type { Value } from "convex/values";
import { attachments } from "../../transforms/attachments.js";
import { canonicalEncoding } from "../../transforms/canonicalEncoding.js";
import { contentHash } from "../../transforms/contentHash.js";
import type { PartRow, Transform } from "../../transforms/defineTransform.js";
import { preferences } from "../../transforms/preferences.js";
import { projectLink } from "../../transforms/projectLink.js";
import { sources } from "../../transforms/sources.js";
import { toolCalls } from "../../transforms/toolCalls.js";
import { withoutAbsent } from "../../transforms/withoutAbsent.js";
import { type AnyReader, findDocument, type StoredDocument } from "../documents.js";
import { hasOpenJob } from "../jobs/hasOpenJob.js";
import type { Phase } from "../phases.js";
import { readPart } from "../sync/readPart.js";
import { rowsOfPart } from "../sync/storedPart.js";
import { phaseOf } from "../sync/sync.js";
import { columnsReferring, naturalKeyOf, ownColumns } from "../tableFacts.js";
import { tagged } from "../tagged.js";
import type { Reading } from "./reading.js";

/** Readers by the name under which their differences are stored, with the parts they read. */
export const shadowReaders: Readonly<Record<string, readonly Transform[]>> = {
  getMessageAttachments: [attachments],
  getMessageToolCalls: [toolCalls],
  getMessageSources: [sources],
  getProjectConversations: [projectLink],
  getPreferences: [preferences],
  getTags: Object.values(tagged),
};

/** The readers of a phase. */
export function readersOf(phase: Phase): readonly string[] {
  return Object.keys(shadowReaders).filter((reader) => shadowReaders[reader]?.some((part) => part.phase === phase));
}

/** Hashes of what the sides say, which are equal when those are. */
export interface Compared {
  readonly old: string;
  readonly new: string;
}

/**
 * A part by both sides, birth and application-owned columns aside, references told by natural key. `nothing` where neither side has
 * anything, or the document is gone; `waits` where the part waits for a job, or for the backfill to bring its rows.
 */
export async function comparePart(
  reading: Reading,
  transform: Transform,
  documentId: string,
): Promise<Compared | "nothing" | "waits"> {
  const { db } = reading;
  const document = await findDocument(db, transform.table, documentId);
  if (document === null) return "nothing";
  if (await hasOpenJob(db, transform, documentId)) return "waits";
  const stored = Object.entries(await rowsOfPart(db, transform, documentId));
  const isThere = stored.some(([, rows]) => rows.length > 0);
  const { rows } = transform.map(await readPart(db, transform, document, () => null));
  if (!isThere && rows.length === 0) return "nothing";
  if (!isThere && phaseOf(reading, transform).switchRow?.backfilled !== true) return "waits";
  const found = stored.flatMap(([table, all]) => all.map(async (row) => await storedText(db, transform, table, row)));
  return { old: hashOf(rows.map(mappedText)), new: hashOf(await Promise.all(found)) };
}

function hashOf(texts: readonly string[]): string {
  return contentHash([...texts].sort());
}

function mappedText({ table, value, refs }: PartRow): string {
  const keys = refs.map(({ column, key }): [string, Value] => [column, [...key]]);
  return textOf(table, { ...value, ...Object.fromEntries(keys) });
}

async function storedText(
  db: AnyReader,
  { mentions }: Transform,
  table: string,
  { _id, _creationTime, ...columns }: StoredDocument,
): Promise<string> {
  const keys: Record<string, Value> = {};
  for (const target of mentions) {
    for (const column of columnsReferring(table, target)) {
      const entity = await findDocument(db, target, columns[column]);
      keys[column] = naturalKeyOf(target).map((part) => entity?.[part] ?? null);
    }
  }
  return textOf(table, { ...columns, ...keys });
}

function textOf(table: string, columns: Readonly<Record<string, Value | undefined>>): string {
  const own = ownColumns(table);
  const compared = Object.entries(withoutAbsent(columns)).filter(([column]) => !own.has(column));
  return canonicalEncoding({ table, ...Object.fromEntries(compared) });
}
