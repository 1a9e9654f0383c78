import type { Database, SqlRow } from "../db/database.js";
import { literal } from "../db/quote.js";
import { throwIfInterrupted } from "./throwIfInterrupted.js";

/** What a scanned table hands over to find out where its ids lead and who leads to it. */
export interface IdSource {
  /** Namespace of table numbers: the root's is "", each component has its own. */
  readonly component: string;
  /** null: the table is empty and the export does not say. */
  readonly number: number | null;
  /** One `_id` a line; no id twice. */
  readonly idsPath: string;
  /** Lines `node,tableNumber,id,count` of ReferenceCollector. */
  readonly referencesPath: string;
  /** Nodes whose ids count as references, and the nodes that hold their values in the end (mostly themselves). */
  readonly nodes: readonly (readonly [written: number, node: number])[];
}

/** Ids of one field with one table number. Indexes are those of the given sources. */
export interface ResolvedReference {
  readonly source: number;
  readonly node: number;
  readonly tableNumber: number;
  /** The table they point at; null when there is none with that number. */
  readonly target: number | null;
  readonly values: number;
  readonly distinct: number;
  /** Values that are no `_id` of the target; all of them when there is none. */
  readonly dangling: number;
}

interface PairCount extends SqlRow {
  source: number;
  node: number;
  number: number;
  target: number | null;
  /** BIGINTs, which come as text. */
  pairs: string;
  occurrences: string;
}

/**
 * Counts exactly, in DuckDB and so within its memory limit, where the references of all sources lead. An id is looked
 * for among the documents of its own component first, then in those of others: applications keep ids of components'
 * documents, and the same table number means another table there.
 * Throws INTERRUPTED between two statements once the signal is aborted.
 */
export async function resolveReferences(
  database: Database,
  sources: readonly IdSource[],
  signal: AbortSignal,
): Promise<readonly ResolvedReference[]> {
  await database.run("SET preserve_insertion_order = false");
  await loadReferences(database, sources, signal);
  await loadIds(database, sources, signal);
  throwIfInterrupted(signal);
  const counts = await database.rows<PairCount>(countPairs);
  return attribute(counts, sources);
}

async function loadReferences(database: Database, sources: readonly IdSource[], signal: AbortSignal): Promise<void> {
  await database.run(`
    CREATE TABLE mentions (source INTEGER, node INTEGER, number UINTEGER, id VARCHAR, occurrences UBIGINT);
    CREATE TABLE nodes (source INTEGER, written INTEGER, node INTEGER)`);
  for (const [source, { nodes, referencesPath }] of sources.entries()) {
    if (nodes.length === 0) continue;
    throwIfInterrupted(signal);
    const rows = nodes.map(([written, node]) => `(${source}, ${written}, ${node})`);
    await database.run(`INSERT INTO nodes VALUES ${rows.join(", ")}`);
    await database.run(`
      INSERT INTO mentions
      SELECT ${source}, nodes.node, line.number, line.id, sum(line.occurrences)
      FROM read_csv(${literal(referencesPath)}, header = false, auto_detect = false, delim = ',', quote = '', escape = '',
        columns = {'written': 'INTEGER', 'number': 'UINTEGER', 'id': 'VARCHAR', 'occurrences': 'UBIGINT'}) AS line
      JOIN nodes ON nodes.source = ${source} AND nodes.written = line.written
      GROUP BY nodes.node, line.number, line.id`);
  }
}

async function loadIds(database: Database, sources: readonly IdSource[], signal: AbortSignal): Promise<void> {
  await database.run("CREATE TABLE documents (source INTEGER, component VARCHAR, id VARCHAR)");
  const numbers = await database.rows<{ number: number }>("SELECT DISTINCT number FROM mentions");
  const mentioned = new Set(numbers.map(({ number }) => number));
  for (const [source, { number, component, idsPath }] of sources.entries()) {
    if (number === null || !mentioned.has(number)) continue;
    throwIfInterrupted(signal);
    await database.run(`
      INSERT INTO documents SELECT ${source}, ${literal(component)}, id
      FROM read_csv(${literal(idsPath)}, header = false, auto_detect = false, delim = ',', quote = '', escape = '',
        columns = {'id': 'VARCHAR'})`);
  }
  await database.run(`
    CREATE TABLE components AS SELECT * FROM (VALUES ${sources
      .map(({ component }, source) => `(${source}, ${literal(component)})`)
      .join(", ")}) AS component (source, component)`);
}

const countPairs = `
  WITH elsewhere AS (
    -- Only ids that their own component does not know are looked for in the others.
    SELECT lost.source, lost.id, min(documents.source) AS target
    FROM (
      SELECT DISTINCT source, component, id
      FROM mentions JOIN components USING (source)
      ANTI JOIN documents USING (component, id)
    ) AS lost
    JOIN documents USING (id)
    GROUP BY lost.source, lost.id
  )
  SELECT mentions.source, node, number, coalesce(own.source, elsewhere.target) AS target,
    count(*) AS pairs, sum(occurrences)::UBIGINT AS occurrences
  FROM mentions
  JOIN components USING (source)
  LEFT JOIN documents AS own ON own.component = components.component AND own.id = mentions.id
  LEFT JOIN elsewhere ON elsewhere.source = mentions.source AND elsewhere.id = mentions.id
  GROUP BY ALL
  ORDER BY ALL`;

/** Puts the ids found in no table to those that stand in the same field and were found, or to their number's table. */
function attribute(counts: readonly PairCount[], sources: readonly IdSource[]): readonly ResolvedReference[] {
  const groups = new Map<string, PairCount[]>();
  for (const count of counts) {
    const key = `${count.source} ${count.node} ${count.number}`;
    groups.set(key, [...(groups.get(key) ?? []), count]);
  }
  return [...groups.values()].flatMap((group) => {
    const found = group.filter(({ target }) => target !== null);
    const lost = group.find(({ target }) => target === null);
    const commonest = found.toSorted((a, b) => Number(b.occurrences) - Number(a.occurrences))[0];
    const references = found.map((count) => resolved(count, count === commonest ? lost : undefined));
    if (lost === undefined || commonest !== undefined) return references;
    return [{ ...resolved(lost, undefined), target: targetOf(lost, sources), dangling: Number(lost.occurrences) }];
  });
}

function resolved(count: PairCount, lost: PairCount | undefined): ResolvedReference {
  const dangling = Number(lost?.occurrences ?? 0);
  return {
    source: count.source,
    node: count.node,
    tableNumber: count.number,
    target: count.target,
    values: Number(count.occurrences) + dangling,
    distinct: Number(count.pairs) + Number(lost?.pairs ?? 0),
    dangling,
  };
}

/** The table that has the number: in the same component, else in the only other one that has it. */
function targetOf(count: PairCount, sources: readonly IdSource[]): number | null {
  const component = sources[count.source]?.component;
  const having = [...sources.keys()].filter((index) => sources[index]?.number === count.number);
  const own = having.find((index) => sources[index]?.component === component);
  return own ?? (having.length === 1 ? (having[0] ?? null) : null);
}
