import { decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import { decodeId } from "../../pipeline/convexFormat/ids.js";
import { describeFields, fieldInspection } from "../../pipeline/inspect/describeFields.js";
import { DocumentScanner } from "../../pipeline/inspect/documentScanner.js";
import { FieldTree } from "../../pipeline/inspect/fieldTree.js";
import type { FieldInspection } from "../../pipeline/inspect/inspection.js";

/** Scans lines as one `uniform` table; returns its fields by path. */
export function scanTable(lines: readonly string[]): Record<string, FieldInspection> {
  const tree = new FieldTree();
  const isId = (text: string) => decodeId(text) !== null;
  const scanner = new DocumentScanner(
    tree,
    { isId, keepReference: (_, text) => isId(text) },
    {
      integers: "int64",
      dollarObject: (text) => {
        const value = decodeValue(text);
        if (typeof value === "bigint") return "int64";
        return typeof value === "number" ? "float64" : "bytes";
      },
    },
  );
  for (const line of lines) scanner.scan(Buffer.from(line));
  return Object.fromEntries([...describeFields(tree.root)].map((field) => [field.path, fieldInspection(field)]));
}
