import type { CatalogueEntry } from "./catalogueEntry.js";

/** An export that cannot be used, and what its documents break. */
export const snapshotErrors = {
  SNAPSHOT_NOT_FOUND: {
    exit: 3,
    retry: "final",
    remedy: "Check the path: it names an export ZIP or the folder it was unpacked into.",
  },
  NOT_A_ZIP: {
    exit: 3,
    retry: "final",
    remedy: "Give the ZIP that `npx convex export --path` wrote, or the folder it was unpacked into.",
  },
  ZIP_TRUNCATED: {
    exit: 3,
    retry: "final",
    remedy: "The download or copy was cut off. Fetch the export again and compare its size.",
  },
  ZIP_DAMAGED: { exit: 3, retry: "final", remedy: "The archive is damaged. Fetch the export again." },
  ZIP_ENCRYPTED: { exit: 3, retry: "final", remedy: "Unpack the archive with its password and give the folder." },
  ZIP_UNSAFE_PATH: {
    exit: 3,
    retry: "final",
    remedy: "No Convex export holds such a path. Do not unpack this archive; take the export again from Convex.",
  },
  ZIP_BACKSLASHES: {
    exit: 3,
    retry: "final",
    remedy:
      "An old tool has zipped an unpacked export again. Unpack it and give the folder, or zip it with a tool that writes /.",
  },
  ZIP_ENTRY_SIZE: {
    exit: 3,
    retry: "final",
    remedy: "The archive states a size that its data does not have. Take the export again from Convex.",
  },
  ZIP_ENTRY_CRC: {
    exit: 3,
    retry: "final",
    remedy: "The data was changed after it was written. Fetch the export again.",
  },
  ZIP_BOMB: {
    exit: 3,
    retry: "final",
    remedy:
      "The archive would unpack to far more than an export of its size. If it is yours, unpack it and give the folder.",
  },
  ZIP_METHOD: {
    exit: 3,
    retry: "final",
    remedy: "Entries of an export are stored or deflated. Unpack the archive and give the folder.",
  },
  SYMBOLIC_LINK: {
    exit: 3,
    retry: "final",
    remedy: "Links are not followed. Put the file itself where the link is.",
  },
  NO_DOCUMENTS: {
    exit: 3,
    retry: "final",
    remedy:
      "Nothing in it looks like a Convex export: no <table>/documents.jsonl. Check that the path names the export.",
  },
  TABLE_TWICE: { exit: 3, retry: "final", remedy: "Remove one of the two; a table has one documents.jsonl." },
  TABLE_NAME_INVALID: {
    exit: 3,
    retry: "final",
    remedy: "A name is a letter or _ and up to 63 letters, digits or _, not all of them _. Rename the table's folder.",
  },
  TABLES_MALFORMED: {
    exit: 3,
    retry: "final",
    remedy: 'Each line of _tables/documents.jsonl is {"name": <table>, "id": <table number>}. Take the export again.',
  },
  TABLE_NUMBER_INVALID: {
    exit: 3,
    retry: "final",
    remedy: "A table number is an integer from 1 to 4294967295. Correct _tables/documents.jsonl.",
  },
  TABLE_NUMBER_TWICE: {
    exit: 3,
    retry: "final",
    remedy: "Ids could not be told apart, and Convex would refuse the import. Correct _tables/documents.jsonl.",
  },
  GENERATED_SCHEMA_INVALID: {
    exit: 3,
    retry: "final",
    remedy:
      "This file says how the table's values are to be read, so guessing would change them. Take the export again.",
  },
  NOT_UTF8: { exit: 3, retry: "final", remedy: "Lines are UTF-8. Convert the file, or take the export again." },
  BYTE_ORDER_MARK: { exit: 3, retry: "final", remedy: "Remove the three bytes EF BB BF at the start of the file." },
  LINE_BLANK: { exit: 3, retry: "final", remedy: "Remove the blank line; Convex refuses it as well." },
  LINE_TOO_LONG: {
    exit: 3,
    retry: "final",
    remedy: "No document is that long (Convex stops at 1 MiB). Look for a missing line end.",
  },
  LINE_TRUNCATED: {
    exit: 3,
    retry: "final",
    remedy: "The file was cut off within its last line. Fetch the export again.",
  },
  LINE_NOT_JSON: {
    exit: 3,
    retry: "final",
    remedy: "Look at that line of the file; take the export again from Convex.",
  },
  LINE_NOT_OBJECT: { exit: 3, retry: "final", remedy: "Each line is one document, a JSON object. Correct that line." },
  JSON_TOO_DEEP: { exit: 3, retry: "final", remedy: "A document nests at most 16 levels. Correct that line." },
  VALUE_UNKNOWN_TAG: {
    exit: 3,
    retry: "final",
    remedy:
      'Only {"$float"}, {"$bytes"} and {"$integer"} exist, and only in tables whose generated_schema is "uniform".',
  },
  VALUE_TAG_MALFORMED: {
    exit: 3,
    retry: "final",
    remedy: "No Convex export holds such a value; something has rewritten the file. Take the export again.",
  },
  VALUE_NOT_OF_SHAPE: {
    exit: 3,
    retry: "final",
    remedy: "The value contradicts the table's generated_schema.jsonl. The two files must be of one export.",
  },
  NUMBER_OUT_OF_RANGE: {
    exit: 3,
    retry: "final",
    remedy: "Correct the number in that line; Convex refuses it as well.",
  },
  UNPAIRED_SURROGATE: { exit: 3, retry: "final", remedy: "Correct the text in that line; Convex refuses it as well." },
  ID_MISSING: { exit: 3, retry: "final", remedy: "Every document of an export has an _id. Take the export again." },
  ID_NOT_CANONICAL: {
    exit: 3,
    retry: "final",
    remedy: "That text is no Convex id: its length, letters or checksum are wrong. Restore the id from the deployment.",
  },
  ID_OF_OTHER_TABLE: {
    exit: 3,
    retry: "final",
    remedy: "The document lies in another table's file, or _tables is of another export.",
  },
  ID_DUPLICATE: { exit: 3, retry: "final", remedy: "Remove one of the two documents with this _id." },
  CREATION_TIME_INVALID: {
    exit: 3,
    retry: "final",
    remedy: "_creationTime is a float above 0 and below 2^53, in milliseconds since 1970. Take the export again.",
  },
  NO_MODEL_TABLES: {
    exit: 3,
    retry: "final",
    remedy:
      "Check that this is an export of the application the model describes; `unnest inspect` shows what it holds.",
  },
  MODEL_MISMATCH: {
    exit: 3,
    retry: "final",
    remedy:
      "This run maps the chat application's model only; another application needs a model of its own. `unnest inspect` profiles any export. If this is the chat application, look at the tables of which few documents fit.",
  },
  NUMBERS_REWRITTEN: {
    exit: 3,
    retry: "final",
    remedy:
      'A JSON tool has written the file anew and dropped the ".0" of whole numbers: `5.0` became `5`, which is an Int64. Take the export again and leave its lines as they are, or restore the ".0".',
  },
  GUARD_BROKEN: {
    exit: 3,
    retry: "final",
    remedy:
      "Two different things would become one row. Please report it with the rule and the offender; nothing was written.",
  },
} as const satisfies Record<string, CatalogueEntry>;
