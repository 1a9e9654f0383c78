/**
 * DuckDB's types in Arrow: booleans, numbers, dates, timestamps (UTC), lists and structs as what they are, decimals and HUGEINT as 128-bit
 * decimals, every other type (TIME, UUID, MAP, INTERVAL, BLOB …) as text.
 */
import {
  Bool,
  type Data,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  makeData,
  Struct,
  TimestampMicrosecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import type { Cell, ResultType } from "../../db/resultStream.js";
import { cellText } from "./cellText.js";
import { epochDays, epochMicroseconds } from "./epoch.js";

interface Converter {
  readonly type: DataType;
  /** A column of a batch. */
  convert(cells: readonly Cell[]): Data;
}

export function arrowColumn(name: string, type: ResultType): Pick<Converter, "convert"> & { readonly field: Field } {
  const { type: arrowType, convert } = converter(type);
  return { field: new Field(name, arrowType, true), convert };
}

const number = (type: DataType): Converter => built(type, Number);
const bigint = (type: DataType): Converter => built(type, (cell) => BigInt(String(cell)));
const text = (): Converter => built(new Utf8(), cellText);

function converter(type: ResultType): Converter {
  switch (type.name) {
    case "BOOLEAN":
      return built(new Bool(), Boolean);
    case "TINYINT":
      return number(new Int8());
    case "SMALLINT":
      return number(new Int16());
    case "INTEGER":
      return number(new Int32());
    case "UTINYINT":
      return number(new Uint8());
    case "USMALLINT":
      return number(new Uint16());
    case "UINTEGER":
      return number(new Uint32());
    case "BIGINT":
      return bigint(new Int64());
    case "UBIGINT":
      return bigint(new Uint64());
    case "FLOAT":
      return number(new Float32());
    case "DOUBLE":
      return number(new Float64());
    case "HUGEINT":
      return decimal(38, 0);
    case "DECIMAL":
      return decimal(type.width ?? 38, type.scale ?? 0);
    case "DATE":
      return fixed(new DateDay(), new Int32(), (cell) => epochDays(String(cell)));
    case "TIMESTAMP":
    case "TIMESTAMP_S":
    case "TIMESTAMP_MS":
      return fixed(new TimestampMicrosecond(), new Int64(), (cell) => epochMicroseconds(String(cell)));
    case "TIMESTAMP_TZ":
      return fixed(new TimestampMicrosecond("UTC"), new Int64(), (cell) => epochMicroseconds(String(cell)));
    case "LIST":
    case "ARRAY":
      return type.element === undefined ? text() : list(converter(type.element));
    case "STRUCT":
      return struct((type.entries ?? []).map((entry) => ({ name: entry.name, ...converter(entry.type) })));
    default:
      return text();
  }
}

/** By Arrow's own builder of the type. */
function built(type: DataType, value: (cell: Exclude<Cell, null>) => unknown): Converter {
  return { type, convert: (cells) => build(type, cells, value) };
}

function build(type: DataType, cells: readonly Cell[], value: (cell: Exclude<Cell, null>) => unknown): Data {
  const [data] = vectorFromArray(
    cells.map((cell) => (cell === null ? null : value(cell))),
    type,
  ).data;
  return data ?? makeData({ type, length: 0 } as Parameters<typeof makeData>[0]);
}

/** By the builder of an integer type of the same layout; Arrow's own for times goes by milliseconds, as doubles. */
function fixed(type: DateDay | TimestampMicrosecond, layout: DataType, value: (cell: Cell) => unknown): Converter {
  return {
    type,
    convert: (cells) => {
      const { length, nullCount, nullBitmap, values } = build(layout, cells, value);
      return makeData({ type, length, nullCount, nullBitmap, data: values } as Parameters<typeof makeData>[0]);
    },
  };
}

/** `-1.50` with two digits behind the point is −150, in 128 bits, the lowest 32 first. */
function decimal(width: number, scale: number): Converter {
  return built(new Decimal(scale, width, 128), (cell) => {
    const unscaled = BigInt.asUintN(128, BigInt(String(cell).replace(".", "")));
    return Uint32Array.from({ length: 4 }, (_, index) => Number((unscaled >> BigInt(32 * index)) & 0xffff_ffffn));
  });
}

function list(element: Converter): Converter {
  const type = new List(new Field("item", element.type, true));
  return {
    type,
    convert: (cells) => {
      const lists = cells.map((cell) => (Array.isArray(cell) ? cell : []));
      const valueOffsets = new Int32Array(cells.length + 1);
      for (const [index, items] of lists.entries()) valueOffsets[index + 1] = (valueOffsets[index] ?? 0) + items.length;
      return makeData({
        type,
        length: cells.length,
        ...nulls(cells),
        valueOffsets,
        child: element.convert(lists.flat()),
      });
    },
  };
}

function struct(entries: readonly (Converter & { readonly name: string })[]): Converter {
  const type = new Struct(entries.map((entry) => new Field(entry.name, entry.type, true)));
  const entryOf = (cell: Cell, name: string): Cell =>
    typeof cell === "object" && cell !== null && !Array.isArray(cell) ? (cell[name] ?? null) : null;
  return {
    type,
    convert: (cells) => {
      const children = entries.map(({ name, convert }) => convert(cells.map((cell) => entryOf(cell, name))));
      return makeData({ type, length: cells.length, ...nulls(cells), children });
    },
  };
}

/** A bit a cell, set where there is a value, the lowest first. */
function nulls(cells: readonly Cell[]): { nullCount: number; nullBitmap: Uint8Array } {
  const nullBitmap = new Uint8Array(Math.ceil(cells.length / 8));
  let nullCount = 0;
  for (const [index, cell] of cells.entries()) {
    if (cell === null) nullCount += 1;
    else nullBitmap[index >> 3] = (nullBitmap[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return { nullCount, nullBitmap };
}
