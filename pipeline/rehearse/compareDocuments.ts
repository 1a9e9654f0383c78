/**
 * Holds the documents of an export against those of an earlier one and against what users say they have written since. It reads the two files line
 * by line, side by side, and shares no rule with what it checks: a document that nobody wrote has to be the same text.
 */
import { type ArchiveTable, openArchive } from "../convexFormat/archive.js";
import { decodeValue } from "../convexFormat/decodeValue.js";
import { lines } from "../convexFormat/lines.js";
import type { DocumentRules } from "./rehearsal.js";
import { sameStored } from "./sameStored.js";
import type { UserLog, WrittenDocument } from "./traffic.js";

export interface Comparison {
  /** Documents looked at, those that are gone too. */
  readonly looked: number;
  readonly differing: number;
  /** The first of them: table, id and field. */
  readonly findings: readonly string[];
}

export interface ComparisonOptions {
  /** Both exports, `"uniform"`, as paths. */
  readonly before: string;
  readonly after: string;
  readonly tables: readonly string[];
  readonly log: UserLog;
  readonly rules: DocumentRules;
  /** Fields whose values come as text that may have been written anew, or as nothing where they were empty. */
  readonly moved: ReadonlySet<string>;
}

type Document = Readonly<Record<string, unknown>>;

const mostFindings = 20;

/** Compares table by table. Memory: the ids of the tables that are referred to, and what users wrote. */
export async function compareDocuments(options: ComparisonOptions): Promise<Comparison> {
  const before = await openArchive(options.before);
  const after = await openArchive(options.after);
  try {
    const standing = new Map<string, Set<string>>();
    for (const table of new Set(Object.values(options.rules.repaired)))
      standing.set(table, await idsOf(tableNamed(after.tables, table)));
    let [looked, differing] = [0, 0];
    const findings: string[] = [];
    for (const table of options.tables) {
      const comparer = new Comparer(table, options, standing);
      const pairs = sideBySide(tableNamed(before.tables, table), tableNamed(after.tables, table));
      for await (const { id, was, is } of pairs) {
        looked += 1;
        const faults = comparer.faults(id, was, is);
        if (faults.length > 0) differing += 1;
        for (const fault of faults) if (findings.length < mostFindings) findings.push(`${table} ${id}: ${fault}`);
      }
      for (const fault of comparer.neverSeen()) {
        differing += 1;
        if (findings.length < mostFindings) findings.push(`${table} ${fault}`);
      }
    }
    return { looked, differing, findings };
  } finally {
    await before.close();
    await after.close();
  }
}

class Comparer {
  private readonly written: ReadonlyMap<string, WrittenDocument>;
  private readonly seen = new Set<string>();

  constructor(
    private readonly table: string,
    private readonly options: ComparisonOptions,
    private readonly standing: ReadonlyMap<string, ReadonlySet<string>>,
  ) {
    this.written = options.log.written(table);
  }

  /** What is wrong with a document, by the lines that hold it before and after. */
  faults(id: string, was: string | null, is: string | null): string[] {
    const written = this.written.get(id);
    if (written !== undefined) this.seen.add(id);
    if (is === null) return written?.fate === "deleted" ? [] : ["is gone"];
    if (written?.fate === "deleted") return ["is there, though it was deleted"];
    if (was === null && written === undefined) return ["was written by nobody"];
    if (written === undefined && was === is) return [];
    const before = was === null ? {} : (decodeValue(was) as Document);
    const after = decodeValue(is) as Document;
    const names =
      was === null ? Object.keys(written?.fields ?? {}) : Object.keys({ ...before, ...after, ...written?.fields });
    return names.filter((name) => !this.isRight(name, before, after, written)).map((name) => `${name} differs`);
  }

  /** Documents that users wrote and that neither export has. */
  neverSeen(): string[] {
    return [...this.written]
      .filter(([id, { fate }]) => fate !== "deleted" && !this.seen.has(id))
      .map(([id]) => `${id}: is gone`);
  }

  private isRight(name: string, before: Document, after: Document, written: WrittenDocument | undefined): boolean {
    const field = `${this.table}.${name}`;
    const { moved, rules } = this.options;
    if (rules.recounted.includes(field)) return true;
    const isWritten = written !== undefined && Object.hasOwn(written.fields, name);
    const wanted = isWritten ? written.fields[name] : before[name];
    const target = rules.repaired[field];
    if (target !== undefined && after[name] === undefined && !this.standing.get(target)?.has(String(wanted)))
      return true;
    const isUnordered = isWritten && rules.unordered.includes(field);
    const [left, right] = isUnordered ? [sorted(wanted), sorted(after[name])] : [wanted, after[name]];
    return sameStored(left, right, moved.has(field));
  }
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.map(String).sort() : value;
}

function tableNamed(tables: readonly ArchiveTable[], name: string): ArchiveTable | null {
  return tables.find((table) => table.component === "" && table.name === name) ?? null;
}

async function* documentLines(table: ArchiveTable | null): AsyncGenerator<{ id: string; line: string }> {
  if (table === null) return;
  for await (const { bytes } of lines(await table.open())) {
    const line = bytes.toString("utf8");
    yield { id: idIn(line), line };
  }
}

/** The id of a line; an export's keys are sorted, so that only a creation time stands before it. */
function idIn(line: string): string {
  const [, id] = /^\{(?:"_creationTime":[\d.e+-]+,)?"_id":"([0-9a-z]+)"/.exec(line) ?? [];
  return id ?? String((JSON.parse(line) as { readonly _id: unknown })._id);
}

async function idsOf(table: ArchiveTable | null): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const { id } of documentLines(table)) ids.add(id);
  return ids;
}

/** The documents of both tables, in the order of ids in which exports have them. */
async function* sideBySide(
  before: ArchiveTable | null,
  after: ArchiveTable | null,
): AsyncGenerator<{ id: string; was: string | null; is: string | null }> {
  const [left, right] = [documentLines(before), documentLines(after)];
  let [a, b] = [await left.next(), await right.next()];
  while (!(a.done === true && b.done === true)) {
    const order =
      a.done === true ? 1 : b.done === true ? -1 : a.value.id < b.value.id ? -1 : a.value.id > b.value.id ? 1 : 0;
    const was = order <= 0 && a.done !== true ? a.value : null;
    const is = order >= 0 && b.done !== true ? b.value : null;
    yield { id: was?.id ?? is?.id ?? "", was: was?.line ?? null, is: is?.line ?? null };
    if (was !== null) a = await left.next();
    if (is !== null) b = await right.next();
  }
}
