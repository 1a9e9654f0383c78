import { type FieldNode, kindIndex } from "./fieldNode.js";
import { type Candidate, type Elements, type FieldInspection, type KindCounts, kinds } from "./inspection.js";

/** A node with its place in the documents. */
export interface DescribedField {
  readonly node: FieldNode;
  readonly path: string;
  /** Documents that have it; null below a record's `*`, where they are not told apart. */
  readonly documents: number | null;
  /** Documents where it is a non-empty array or object; null as above. */
  readonly nonEmpty: number | null;
  /** It stands for the elements of an array or record, and objects there are described with what they are in. */
  readonly isElement: boolean;
}

/** All fields below `root`, each before those inside of it, names in the order in which documents first showed them. */
export function* describeFields(root: FieldNode): Generator<DescribedField> {
  yield* inside(root, "", true);
}

function* inside(parent: FieldNode, path: string, countsDocuments: boolean): Generator<DescribedField> {
  for (const [key, node] of parent.children) {
    if (node.values > 0) yield* described(node, `${path}${step(key, path)}`, countsDocuments, false);
  }
  if (parent.anyKey !== null && parent.keys !== null) {
    // Documents with any key at all are those whose object is not empty; keys themselves are not counted by document.
    const documents = countsDocuments ? parent.filledDocuments : null;
    const prefix = path === "" ? "" : `${path}.`;
    yield { node: parent.keys, path: `${prefix}{key}`, documents, nonEmpty: null, isElement: false };
    yield { node: parent.anyKey, path: `${prefix}*`, documents, nonEmpty: null, isElement: true };
    yield* inside(parent.anyKey, `${prefix}*`, false);
  }
  if (parent.elements !== null) yield* described(parent.elements, `${path}[]`, countsDocuments, true);
}

function* described(
  node: FieldNode,
  path: string,
  countsDocuments: boolean,
  isElement: boolean,
): Generator<DescribedField> {
  const documents = countsDocuments ? node.documents : null;
  const nonEmpty = countsDocuments ? node.filledDocuments : null;
  yield { node, path, documents, nonEmpty, isElement };
  yield* inside(node, path, countsDocuments);
}

function step(key: string, path: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) return `[${JSON.stringify(key)}]`;
  return path === "" ? key : `.${key}`;
}

export function fieldInspection({ node, path, documents }: DescribedField): FieldInspection {
  return { path, documents, values: node.values, kinds: kindCounts(node), bytes: node.bytes };
}

/** null unless there are arrays or objects here. The objects in an array or record belong to its candidate. */
export function candidate(table: string, tableBytes: number, field: DescribedField): Candidate | null {
  const { node, path, documents, nonEmpty } = field;
  const arrays = arrayElements(node);
  const objects = objectFields(node);
  if (arrays === null && (objects === null || field.isElement)) return null;
  const share = node.nestedBytes / tableBytes;
  return { table, path, bytes: node.nestedBytes, share, documents, nonEmpty, arrays, objects };
}

function arrayElements(node: FieldNode): Elements | null {
  const count = node.counts[kindIndex.array] ?? 0;
  if (count === 0) return null;
  const elements = node.arrayElements;
  const found = node.elements === null ? {} : kindCounts(node.elements);
  return { count, elements, mean: elements / count, max: node.longestArray, kinds: found };
}

function objectFields(node: FieldNode): Elements | null {
  const count = node.counts[kindIndex.object] ?? 0;
  if (count === 0) return null;
  const fields = node.anyKey === null ? [...node.children.values()] : [node.anyKey];
  const sums = kinds.map((_, index) => fields.reduce((sum, field) => sum + (field.counts[index] ?? 0), 0));
  const elements = node.objectFields;
  return { count, elements, mean: elements / count, max: node.largestObject, kinds: byName(sums) };
}

function kindCounts(node: FieldNode): KindCounts {
  return byName(node.counts);
}

function byName(counts: readonly number[]): KindCounts {
  const named = kinds.map((kind, index) => [kind, counts[index] ?? 0] as const);
  return Object.fromEntries(named.filter(([, count]) => count > 0));
}
