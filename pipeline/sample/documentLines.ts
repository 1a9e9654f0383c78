import { canonicalEncoding } from "../../transforms/index.js";
import { decodeValue } from "../convexFormat/decodeValue.js";
import { identifier, literal, qualified } from "../db/quote.js";
import { concatenated, objectPieces, valueJson } from "../model/rawColumns.js";
import type { ColumnModel } from "../model/types.js";
import type { StageContext } from "../stage.js";
import type { Document, DocumentRewriter } from "./documentRewriter.js";

/**
 * A table's kept documents as lines of an export, rewritten, in order of their ids in the sample. Memory does not grow with the table.
 *
 * @param columns of the raw table; a table that the model does not describe has none
 */
export async function* documentLines(
  { database, signal }: StageContext,
  table: string,
  columns: readonly Pick<ColumnModel, "name" | "sqlType">[],
  rewriter: DocumentRewriter,
): AsyncGenerator<string> {
  const system = [
    { name: "_id", sqlType: "VARCHAR" as const },
    { name: "_creationTime", sqlType: "DOUBLE" as const },
  ];
  const document = objectPieces(
    [...system, ...columns].map(({ name, sqlType }): [string, string] => [
      name,
      valueJson(sqlType, `d.${identifier(name)}`),
    ]),
  );
  const query = `SELECT ${concatenated(document)}, CAST(d._extra AS VARCHAR)
    FROM ${qualified("raw", table)} AS d JOIN sample.ids AS i ON i."table" = ${literal(table)} AND i._id = d._id ORDER BY i.sampleId`;
  for await (const [documents = [], extras = []] of database.columns(query)) {
    signal.throwIfAborted();
    for (const [at, text] of documents.entries()) {
      const whole = { ...decoded(text), ...decoded(extras[at] ?? null) };
      yield canonicalEncoding(rewriter.rewrite(table, whole));
    }
  }
}

function decoded(text: string | null): Document {
  return text === null ? {} : (decodeValue(text) as Document);
}
