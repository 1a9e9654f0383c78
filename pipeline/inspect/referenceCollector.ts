import { decodeId } from "../convexFormat/ids.js";
import type { IdSink } from "./documentScanner.js";
import type { FieldNode } from "./fieldNode.js";
import type { SpoolFile } from "./spoolFile.js";

/** Ids held back before they are written, so that a field's frequent ids are decoded and written once for many. */
const heldBack = 50_000;

interface Seen {
  readonly tableNumber: number;
  count: number;
}

/** Writes the references of one table as lines `node,tableNumber,id,count`; a pair of node and id may come again. */
export class ReferenceCollector implements IdSink {
  private readonly seen = new Map<FieldNode, Map<string, Seen>>();
  private size = 0;

  constructor(private readonly file: SpoolFile) {}

  isId(text: string): boolean {
    return decodeId(text) !== null;
  }

  keepReference(node: FieldNode, text: string): boolean {
    let ofNode = this.seen.get(node);
    const again = ofNode?.get(text);
    if (again !== undefined) {
      again.count++;
      return true;
    }
    const decoded = decodeId(text);
    if (decoded === null) return false;
    if (this.size >= heldBack) {
      this.flush();
      ofNode = undefined;
    }
    if (ofNode === undefined) {
      ofNode = new Map();
      this.seen.set(node, ofNode);
    }
    ofNode.set(text, { tableNumber: decoded.tableNumber, count: 1 });
    this.size++;
    return true;
  }

  flush(): void {
    for (const [node, ids] of this.seen) {
      for (const [id, { tableNumber, count }] of ids) this.file.line(`${node.id},${tableNumber},${id},${count}`);
    }
    this.seen.clear();
    this.size = 0;
  }
}
