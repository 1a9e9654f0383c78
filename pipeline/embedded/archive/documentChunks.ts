import { lines, maxLineBytes } from "../../convexFormat/lines.js";
import type { Document } from "../store/table.js";
import { checkedDocument, type DocumentRules, type SourceTable } from "./checkedDocument.js";
import { ImportRefused } from "./importRefused.js";

/** Where Convex's importer cuts: half of what a transaction may write. */
const chunkBytes = 8 * 1024 * 1024;
const chunkDocuments = 8000;

/**
 * A table's documents in the pieces that an import writes as one transaction each; memory is one piece.
 * Throws as `checkedDocument` does, and ImportRefused DuplicateId where an `_id` stands twice in a piece.
 */
export async function* documentChunks(table: SourceTable, rules: DocumentRules): AsyncGenerator<readonly Document[]> {
  let chunk: Document[] = [];
  let ids = new Set<string>();
  let bytes = 0;
  const { source, name } = table;
  for await (const line of lines(await source.open(), maxLineBytes, source.place)) {
    const document = checkedDocument(line, table, rules);
    if (ids.has(document.id)) {
      throw new ImportRefused("DuplicateId", { table: name, line: line.number, documentId: document.id });
    }
    ids.add(document.id);
    chunk.push(document);
    bytes += document.size;
    if (bytes <= chunkBytes && chunk.length <= chunkDocuments) continue;
    yield chunk;
    chunk = [];
    ids = new Set();
    bytes = 0;
  }
  if (chunk.length > 0) yield chunk;
}
