/** Why an import is refused, in the backend's own codes where it has one. */
import { type ErrorPlace, UnnestError } from "../../errors.js";

/** Code → what it means. */
export const importReasons = {
  InvalidZip: "The file is no ZIP that can be read, or holds nothing to import",
  InvalidTableName: "A folder or a line of _tables has no valid table name",
  DuplicateTableName: "A table is there twice",
  InvalidGeneratedSchema: "A table's generated_schema.jsonl cannot be read",
  NotUtf8: "A line is not UTF-8",
  JsonInvalidRow: "A line is no JSON, or is blank",
  InvalidConvexValue: "A line's JSON is no value of Convex",
  NotAnObject: "A line is no JSON object",
  InvalidId: "An _id is no id in its canonical spelling, or two tables of the package have one number",
  InvalidIdError: "An _id is no text",
  InvalidCreationTimeError: "A _creationTime is no Float64 above 0 and below 2^53",
  InvalidDocumentError: "A document nests too deep or has a field that only Convex itself may name",
  ValueTooLargeError: "A document is larger than 1 MiB",
  ImportConflict: "An _id carries another number than its table has",
  TableConflict: "A table's number is that of a table which the import does not touch",
  TableNumberConflict: "A package to append has another number for a table than the deployment",
  TableExists: "A table already holds documents, and neither append nor a replacement was asked for",
  DuplicateId: "An _id stands twice in the package",
  DocumentExists: "A document with this _id exists",
  DocumentDeleted: "A document with this _id has existed and was deleted",
  SchemaEnforcementError:
    "A document does not match the deployment's schema, or a table that the schema refers to would go",
  ImportForeignKey: "A table would change its number while documents of another one refer to it",
} as const;

export type ImportReason = keyof typeof importReasons;

/** Where the reason lies: what is known of it. No values of documents. */
export type ImportPlace = Pick<ErrorPlace, "table" | "line" | "documentId">;

/** An error of the catalogue like all others, IMPORT_REFUSED, that also says why in the backend's codes. */
export class ImportRefused extends UnnestError {
  /**
   * @param detail what is wrong in this case; the reason's meaning where nothing is given
   * @param options.remedy where the cause has a better one than imports have in general
   */
  constructor(
    readonly reason: ImportReason,
    place: ErrorPlace,
    detail: string = importReasons[reason],
    options: { cause?: unknown; remedy?: string } = {},
  ) {
    super("IMPORT_REFUSED", detail, { ...place, reason }, options);
  }
}
