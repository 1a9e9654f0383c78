/** One document of a package under all rules of an import but that of double ids (spec 1, "Importing"). */
import { convexToJson, type Value } from "convex/values";
import { decodeId } from "../../convexFormat/ids.js";
import { checkDocumentLimits, documentSize } from "../../convexFormat/limits.js";
import type { Line } from "../../convexFormat/lines.js";
import { readDocument } from "../../convexFormat/readDocument.js";
import type { EmbeddedDeployment } from "../embeddedDeployment.js";
import type { Document } from "../store/table.js";
import { type ImportPlace, ImportRefused } from "./importRefused.js";
import { type ImportPlan, type PlannedTable, storageTable } from "./planImport.js";
import { storedText } from "./storedText.js";

/** 2^53, where milliseconds stop being exact. */
const firstInvalidTime = 2 ** 53;

/** A table whose documents come from the package. */
export type SourceTable = PlannedTable & { readonly source: NonNullable<PlannedTable["source"]> };

export interface DocumentRules {
  readonly deployment: Pick<EmbeddedDeployment, "checkDocument" | "newDocuments">;
  readonly plan: ImportPlan;
  /** Takes documents that do not match the schema, which are then kept; null where an import refuses them. */
  readonly offended: ((offender: ImportPlace, reason: string) => void) | null;
}

/**
 * Reads a line as a document of the table it is planned for.
 * Throws ImportRefused InvalidId, InvalidIdError, ImportConflict, InvalidCreationTimeError, InvalidDocumentError, ValueTooLargeError,
 * InvalidConvexValue, SchemaEnforcementError; and UnnestError as `readDocument` does.
 */
export function checkedDocument(line: Line, table: SourceTable, rules: DocumentRules): Document {
  const { name, number, source } = table;
  const { deployment, plan } = rules;
  const read = readDocument(line, source);
  const place: ImportPlace = { table: name, line: line.number };
  const id = read._id === undefined ? deployment.newDocuments.id(number) : checkedId(read._id, table, place);
  const creationTime =
    read._creationTime === undefined
      ? deployment.newDocuments.creationTime()
      : checkedTime(read._creationTime, { ...place, documentId: id });
  const isWhole = read._id !== undefined && read._creationTime !== undefined;
  const fields = isWhole ? read : { ...read, _id: id, _creationTime: creationTime };

  const size = documentSize(fields);
  // Files' metadata is Convex's own and stands in no schema.
  const idTable = (text: string): string | null => tableOf(text, plan);
  const mismatch = name === storageTable ? null : deployment.checkDocument(name, fields, size, idTable);
  if (mismatch !== null) {
    const reason = reasonOf(fields);
    if (rules.offended === null || reason !== "SchemaEnforcementError") {
      throw new ImportRefused(reason, { ...place, documentId: id }, mismatch);
    }
    rules.offended({ ...place, documentId: id }, mismatch);
  }

  const value = fields as Value;
  const json = isWhole
    ? storedText(line.bytes.toString("utf8"), source.encoding, value)
    : JSON.stringify(convexToJson(value));
  return { id, creationTime, size, json };
}

function checkedId(id: Value, { name, number }: PlannedTable, place: ImportPlace): string {
  if (typeof id !== "string") throw new ImportRefused("InvalidIdError", place);
  const decoded = decodeId(id);
  if (decoded === null) throw new ImportRefused("InvalidId", place, "an _id is no id in its canonical spelling");
  if (decoded.tableNumber === number) return id;
  const detail = `an _id carries number ${decoded.tableNumber}, but ${name} has ${number}`;
  throw new ImportRefused("ImportConflict", { ...place, documentId: id }, detail);
}

function checkedTime(time: Value, place: ImportPlace): number {
  if (typeof time === "number" && time > 0 && time < firstInvalidTime) return time;
  throw new ImportRefused("InvalidCreationTimeError", place);
}

function tableOf(text: string, { nameOf }: ImportPlan): string | null {
  const decoded = decodeId(text);
  return decoded === null ? null : (nameOf.get(decoded.tableNumber) ?? null);
}

/** The backend's code for a document it cannot hold, or that its schema does not allow. */
function reasonOf(fields: Parameters<typeof checkDocumentLimits>[0]): ImportRefused["reason"] {
  const [violation] = checkDocumentLimits(fields);
  switch (violation?.rule) {
    case undefined:
      return "SchemaEnforcementError";
    case "documentSize":
      return "ValueTooLargeError";
    case "nesting":
    case "systemField":
      return "InvalidDocumentError";
    default:
      return "InvalidConvexValue";
  }
}
