import { ConvexError } from "convex/values";
import { findDocument, type StoredDocument } from "../documents.js";
import type { HelperContext } from "./helperContext.js";

/** The document behind an id that a caller gives. @throws ConvexError `document_missing` */
export async function requireDocument(
  { unnest }: HelperContext,
  table: string,
  documentId: string,
): Promise<StoredDocument> {
  const document = await findDocument(unnest.db, table, documentId);
  if (document === null) throw new ConvexError({ code: "document_missing", table, documentId });
  return document;
}
