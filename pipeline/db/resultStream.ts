/** What a statement of somebody else takes and answers. */

/** A value for a named parameter (`$name`) of a statement. */
export type ParameterValue = string | number | bigint | boolean | null;

/** A value of a row, as plain JSON. */
export type Cell = null | boolean | number | string | Cell[] | { [entry: string]: Cell };

/** The type of a result's column. */
export interface ResultType {
  /** DuckDB's name of it: `BIGINT`, `DECIMAL`, `LIST`. */
  readonly name: string;
  /** Digits of a DECIMAL, and how many of them stand behind the point. */
  readonly width?: number;
  readonly scale?: number;
  /** What a LIST or ARRAY holds. */
  readonly element?: ResultType;
  /** What a STRUCT holds. */
  readonly entries?: readonly { readonly name: string; readonly type: ResultType }[];
}

/** What a query answers, while it is still being worked out. */
export interface ResultStream {
  /** Names are all different. */
  readonly columns: readonly { readonly name: string; readonly type: ResultType }[];
  /** Rows, at most 2,048 at a time: integers beyond 32 bits, decimals, dates and times as text, lists as arrays, structs as objects. */
  readonly batches: AsyncIterableIterator<readonly (readonly Cell[])[]>;
}

/** The rows of a stream ended before they were all there; what went wrong is known to nobody but who runs the statement again. */
export class StreamCutOff extends Error {
  override readonly name = "StreamCutOff";
}
