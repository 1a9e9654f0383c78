/** The columns a raw table gives to the fields of its documents. */
import { isFloatArray } from "../model/isFloatArray.js";
import type { SqlType, TableModel } from "../model/types.js";

export interface RawColumn {
  readonly name: string;
  readonly sqlType: SqlType;
  /** An array of Float64 (an embedding): most of its documents' bytes, so it has a way of its own. */
  readonly isFloatArray: boolean;
}

const systemColumns: readonly RawColumn[] = [
  { name: "_id", sqlType: "VARCHAR", isFloatArray: false },
  { name: "_creationTime", sqlType: "DOUBLE", isFloatArray: false },
];

/** Of a table without a model there are only the system fields; everything else goes to `_extra`. */
export function rawColumns(table: TableModel | null): readonly RawColumn[] {
  const own = table?.columns ?? [];
  return [
    ...systemColumns,
    ...own.map((column) => ({
      name: column.name,
      sqlType: column.sqlType,
      // Whether a moved field fits is not this stage's business: it is kept as it came.
      isFloatArray: table?.moved.includes(column.name) === false && isFloatArray(column),
    })),
  ];
}
