/** `ctx.vectorSearch(…)`: the documents whose vectors point most nearly where a given one does. It looks at every document of the table. */
import type { JSONValue, Value } from "convex/values";
import { FunctionError } from "../functions/functionError.js";
import { valueAt } from "../store/orderedIndex.js";
import type { Store } from "../store/store.js";
import { compileFilter } from "./filterExpression.js";

export interface VectorQuery {
  /** `table.index` */
  readonly indexName: string;
  readonly limit?: number;
  readonly vector: readonly number[];
  readonly expressions: JSONValue;
}

interface VectorHit {
  readonly _id: string;
  /** Cosine of the angle, -1 to 1. */
  readonly _score: number;
}

const usualHits = 10;
const mostHits = 256;

/** @throws FunctionError for an index that is not declared, a vector of other dimensions, or a limit that Convex does not take */
export function vectorSearch(
  { indexName, limit = usualHits, vector, expressions }: VectorQuery,
  store: Store,
): VectorHit[] {
  const [tableName = "", name] = indexName.split(".");
  const table = store.table(tableName);
  const index = table?.vectorIndexes.find((declared) => declared.name === name);
  if (table === undefined || index === undefined) throw new FunctionError(`Index ${indexName} not found.`);
  if (vector.length !== index.dimensions) {
    throw new FunctionError(
      `Vector index ${indexName} has ${index.dimensions} dimensions, the vector ${vector.length}`,
    );
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > mostHits) {
    throw new FunctionError(`Vector queries must have a limit between 1 and ${mostHits}. Received: ${limit}`);
  }
  const isMeant = expressions === null ? () => true : compileFilter(expressions);
  const path = index.vectorField.split(".");
  const hits: VectorHit[] = [];
  for (const document of table.all()) {
    const fields = table.fieldsOf(document);
    const stored = valueAt(fields, path);
    if (isVector(stored, index.dimensions) && isMeant(fields)) {
      hits.push({ _id: document.id, _score: cosine(vector, stored) });
    }
  }
  return hits.sort((a, b) => b._score - a._score).slice(0, limit);
}

/** A document whose vector has other dimensions is in no index. */
function isVector(value: Value | undefined, dimensions: number): value is number[] {
  return Array.isArray(value) && value.length === dimensions && value.every((item) => typeof item === "number");
}

function cosine(a: readonly number[], b: readonly number[]): number {
  let product = 0;
  let lengthOfA = 0;
  let lengthOfB = 0;
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? 0;
    product += x * y;
    lengthOfA += x * x;
    lengthOfB += y * y;
  }
  return lengthOfA === 0 || lengthOfB === 0 ? 0 : product / Math.sqrt(lengthOfA * lengthOfB);
}
