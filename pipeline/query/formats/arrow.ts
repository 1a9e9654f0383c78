import { type Data, makeData, RecordBatch, RecordBatchStreamWriter, Schema, Struct } from "apache-arrow";
import type { ResultStream } from "../../db/resultStream.js";
import { arrowColumn } from "./arrowColumn.js";

/** The Arrow IPC stream format, a record batch for each batch of rows; `arrowColumn` says what types become. */
export async function* arrowStream({ columns, batches }: ResultStream): AsyncGenerator<Uint8Array> {
  const converters = columns.map(({ name, type }) => arrowColumn(name, type));
  const schema = new Schema(converters.map(({ field }) => field));
  const writer = new PiecewiseWriter();
  writer.reset(undefined, schema);
  yield* writer.take();
  for await (const rows of batches) {
    const children = converters.map(({ convert }, index) => convert(rows.map((row) => row[index] ?? null)));
    writer.write(recordBatch(schema, rows.length, children));
    yield* writer.take();
  }
  writer.finish();
  yield* writer.take();
}

function recordBatch(schema: Schema, length: number, children: Data[]): RecordBatch {
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }));
}

/** Hands out what it wrote piece by piece; the writer's own queue is read by a stream, which would let it grow as far as it likes. */
class PiecewiseWriter extends RecordBatchStreamWriter {
  private pieces: Uint8Array[] = [];

  take(): readonly Uint8Array[] {
    const taken = this.pieces;
    this.pieces = [];
    return taken;
  }

  protected override _write(chunk: ArrayBufferView): this {
    if (chunk.byteLength > 0) {
      this.pieces.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      this._position += chunk.byteLength;
    }
    return this;
  }
}
