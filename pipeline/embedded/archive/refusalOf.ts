import { type ErrorCode, UnnestError } from "../../errors.js";
import { type ImportReason, ImportRefused } from "./importRefused.js";

/** What the reader of archives has against an archive, as an import says it. */
const reasons: Partial<Record<ErrorCode, ImportReason>> = {
  NOT_A_ZIP: "InvalidZip",
  ZIP_TRUNCATED: "InvalidZip",
  ZIP_DAMAGED: "InvalidZip",
  ZIP_ENCRYPTED: "InvalidZip",
  ZIP_METHOD: "InvalidZip",
  ZIP_BOMB: "InvalidZip",
  ZIP_ENTRY_SIZE: "InvalidZip",
  ZIP_ENTRY_CRC: "InvalidZip",
  ZIP_UNSAFE_PATH: "InvalidZip",
  SYMBOLIC_LINK: "InvalidZip",
  NO_DOCUMENTS: "InvalidZip",
  TABLE_TWICE: "DuplicateTableName",
  TABLE_NAME_INVALID: "InvalidTableName",
  TABLE_NUMBER_INVALID: "InvalidConvexValue",
  TABLE_NUMBER_TWICE: "InvalidId",
  TABLES_MALFORMED: "InvalidConvexValue",
  GENERATED_SCHEMA_INVALID: "InvalidGeneratedSchema",
  NOT_UTF8: "NotUtf8",
  BYTE_ORDER_MARK: "JsonInvalidRow",
  LINE_BLANK: "JsonInvalidRow",
  LINE_NOT_JSON: "JsonInvalidRow",
  LINE_TRUNCATED: "JsonInvalidRow",
  LINE_TOO_LONG: "InvalidConvexValue",
  LINE_NOT_OBJECT: "NotAnObject",
  JSON_TOO_DEEP: "JsonInvalidRow",
  UNPAIRED_SURROGATE: "JsonInvalidRow",
  NUMBER_OUT_OF_RANGE: "JsonInvalidRow",
  VALUE_UNKNOWN_TAG: "InvalidConvexValue",
  VALUE_TAG_MALFORMED: "InvalidConvexValue",
  VALUE_NOT_OF_SHAPE: "InvalidConvexValue",
};

/** An error of `convexFormat/` as the refusal it is; every other error as it came. */
export function refusalOf(error: unknown): unknown {
  const reason = error instanceof UnnestError ? reasons[error.code] : undefined;
  if (reason === undefined || !(error instanceof UnnestError)) return error;
  const { message, place, remedy } = error;
  return new ImportRefused(reason, place, message, { cause: error, remedy });
}
