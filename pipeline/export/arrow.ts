import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  AsyncByteQueue,
  Field,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  RecordBatchWriter,
  Schema,
  Struct,
} from "apache-arrow";
import type { Database } from "../db/database.js";
import { arrowData, arrowTypes, type Cell, cellOf } from "./arrowData.js";
import type { ExportColumn } from "./exportTables.js";
import type { ExportFormat } from "./format.js";

/** An Arrow IPC file a table (the file format, not the stream); objects and arrays are text of the extension type `arrow.json`. */
export const arrow: ExportFormat = {
  title: "an Arrow IPC file a table",
  closed: false,
  write: async ({ database, withRows, tables, folder, progress, signal }) => {
    const written = [];
    for (const table of tables) {
      const file = `${table.name}.arrow`;
      const schema = new Schema(table.columns.map(fieldOf), new Map([["comment", table.comment]]));
      const rows = await withRows(table, async (query) => {
        let done = 0;
        for await (const count of writeFile(join(folder, file), schema, database, query(cellOf))) {
          signal.throwIfAborted();
          progress.advance(count);
          done += count;
        }
        return done;
      });
      written.push({ file, rows });
    }
    return written;
  },
};

/** Gives the rows of each batch once it is written; memory holds one. */
async function* writeFile(path: string, schema: Schema, database: Database, query: string): AsyncGenerator<number> {
  const file = openSync(path, "wx", 0o600);
  try {
    const writer = new FileWriter();
    // Begins the file, so that a table without rows has its columns too.
    writer.reset(new FileQueue(file), schema);
    for await (const columns of database.columns<Cell>(query)) {
      const length = columns[0]?.length ?? 0;
      const children = schema.fields.map(({ type }, at) => arrowData(type, columns[at] ?? []));
      const data = makeData({ type: new Struct(schema.fields), length, nullCount: 0, children });
      writer.write(new RecordBatch(schema, data));
      yield length;
    }
    writer.finish();
  } finally {
    closeSync(file);
  }
}

/** apache-arrow leaves the schema out of the stream inside the file; the format has it there, and who reads on from the start needs it. */
class FileWriter extends RecordBatchFileWriter {
  protected override _writeSchema(schema: Schema): this {
    super._writeSchema(schema);
    // biome-ignore lint/complexity/useLiteralKeys: a protected method of the base class, which the compiler lets through in brackets alone
    return RecordBatchWriter.prototype["_writeSchema"].call(this, schema) as this;
  }
}

/** Writes at once what the writer would otherwise gather in memory until somebody reads it. */
class FileQueue extends AsyncByteQueue {
  constructor(private readonly file: number) {
    super();
  }

  override write(bytes: Uint8Array): void {
    writeFileSync(this.file, bytes);
  }
}

function fieldOf({ name, sqlType, required }: ExportColumn): Field {
  const metadata = new Map(sqlType === "JSON" ? [["ARROW:extension:name", "arrow.json"]] : []);
  return new Field(name, arrowTypes[sqlType](), !required, metadata);
}
