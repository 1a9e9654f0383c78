import { maxJsonDepth } from "../convexFormat/decodeJson.js";
import { type FieldNode, kindIndex } from "./fieldNode.js";
import type { FieldTree } from "./fieldTree.js";
import type { Kind } from "./inspection.js";
import { endOfNumber, endOfString, isWhiteSpace, MalformedLine } from "./jsonBytes.js";

/** Told of every string and key that may be an id by its length. */
export interface IdSink {
  isId(text: string): boolean;
  /** Keeps the text as a reference from `node` when it is an id; says whether it is. */
  keepReference(node: FieldNode, text: string): boolean;
}

/** How the numbers and `$`-objects of a table are to be read (spec 1). */
export interface Reading {
  /** In `uniform` lines a number without fraction or exponent is an Int64; elsewhere all numbers are Float64. */
  readonly integers: "int64" | "float64";
  /** The kind an object whose first key starts with `$` stands for; throws where there is no such object. */
  readonly dollarObject: (text: string) => Kind;
}

const [quote, comma, colon, minus, zero, nine] = [0x22, 0x2c, 0x3a, 0x2d, 0x30, 0x39];
const [openBracket, closeBracket, openBrace, closeBrace, backslash, dollar] = [0x5b, 0x5d, 0x7b, 0x7d, 0x5c, 0x24];
const [letterN, letterT, letterF] = [0x6e, 0x74, 0x66];
const [shortestId, longestId] = [31, 37];

/**
 * Counts one line after another into a tree of fields, straight from the bytes: no value is built, so that the exact
 * bytes of each are known and an integer can be told from a float by its spelling. A strict JSON reader: what JSON.parse
 * refuses is refused here.
 */
export class DocumentScanner {
  private bytes: Buffer = Buffer.alloc(0);
  private end = 0;
  private document = 0;
  private documentId: string | null = null;
  private documentTime = Number.NaN;

  constructor(
    private readonly tree: FieldTree,
    private readonly ids: IdSink,
    private readonly reading: Reading,
  ) {}

  /**
   * Counts the document in `bytes`, which hold one JSON object.
   * Returns its `_id` if that is a text, and its `_creationTime` if it is a float, else null and NaN.
   * Throws MalformedLine for anything but one JSON object; what it has counted of it by then stays counted.
   */
  scan(bytes: Buffer): { id: string | null; creationTime: number } {
    this.bytes = bytes;
    this.end = bytes.length;
    this.document++;
    this.documentId = null;
    this.documentTime = Number.NaN;
    const first = this.skipWhiteSpace(0);
    if (bytes[first] !== openBrace) throw new MalformedLine();
    const after = this.skipWhiteSpace(this.object(first, this.tree.root, 1));
    if (after !== this.end) throw new MalformedLine();
    return { id: this.documentId, creationTime: this.documentTime };
  }

  /** Counts the value that starts at `start` at `node`; returns the position after it. */
  private value(start: number, node: FieldNode, level: number): number {
    if (start >= this.end) throw new MalformedLine();
    if (node.lastDocument !== this.document) {
      node.lastDocument = this.document;
      node.documents++;
    }
    const byte = this.bytes[start] ?? 0;
    let after: number;
    if (byte === quote) after = this.string(start, node);
    else if (byte === minus || (byte >= zero && byte <= nine)) after = this.number(start, node);
    else if (byte === openBrace) after = this.object(start, node, level);
    else if (byte === openBracket) after = this.array(start, node, level);
    else if (byte === letterT) after = this.word(start, "true", node, kindIndex.boolean);
    else if (byte === letterF) after = this.word(start, "false", node, kindIndex.boolean);
    else if (byte === letterN) after = this.word(start, "null", node, kindIndex.null);
    else throw new MalformedLine();
    node.bytes += after - start;
    return after;
  }

  private word(start: number, word: string, node: FieldNode, kind: number): number {
    for (let i = 0; i < word.length; i++) {
      if (start + i >= this.end || this.bytes[start + i] !== word.charCodeAt(i)) throw new MalformedLine();
    }
    count(node, kind);
    return start + word.length;
  }

  private number(start: number, node: FieldNode): number {
    const { after, isInteger } = endOfNumber(this.bytes, start, this.end);
    const isInt64 = isInteger && this.reading.integers === "int64";
    count(node, isInt64 ? kindIndex.int64 : kindIndex.float64);
    if (node === this.tree.creationTimeField && !isInt64) {
      this.documentTime = Number(this.bytes.toString("latin1", start, after));
    }
    return after;
  }

  private string(start: number, node: FieldNode): number {
    const close = endOfString(this.bytes, start, this.end);
    const length = close - start - 1;
    let isId = false;
    if (node === this.tree.idField) {
      this.documentId = this.text(start, close);
      isId = true;
    } else if (isIdLength(length)) {
      isId = this.ids.keepReference(node, this.bytes.toString("latin1", start + 1, close));
    }
    count(node, isId ? kindIndex.id : kindIndex.string);
    return close + 1;
  }

  private array(start: number, node: FieldNode, level: number): number {
    if (level > maxJsonDepth) throw new MalformedLine();
    let elements = 0;
    let position = this.skipWhiteSpace(start + 1);
    if (this.bytes[position] !== closeBracket) {
      const elementNode = this.tree.elementsOf(node);
      for (;;) {
        position = this.skipWhiteSpace(this.value(position, elementNode, level + 1));
        elements++;
        if (this.bytes[position] !== comma) break;
        position = this.skipWhiteSpace(position + 1);
      }
      this.countFilled(node);
    }
    if (position >= this.end || this.bytes[position] !== closeBracket) throw new MalformedLine();
    node.arrayElements += elements;
    if (elements > node.longestArray) node.longestArray = elements;
    node.nestedBytes += position + 1 - start;
    count(node, kindIndex.array);
    return position + 1;
  }

  private object(start: number, node: FieldNode, level: number): number {
    if (level > maxJsonDepth) throw new MalformedLine();
    let fields = 0;
    let previous: FieldNode | null = null;
    let position = this.skipWhiteSpace(start + 1);
    if (this.bytes[position] !== closeBrace) {
      if (this.startsWithDollar(position)) return this.dollarObject(start, node);
      for (;;) {
        const close: number = this.keyEnd(position);
        const child: FieldNode = this.field(node, previous, position, close);
        position = this.skipWhiteSpace(close + 1);
        if (this.bytes[position] !== colon) throw new MalformedLine();
        position = this.skipWhiteSpace(this.value(this.skipWhiteSpace(position + 1), child, level + 1));
        previous = child;
        fields++;
        if (this.bytes[position] !== comma) break;
        position = this.skipWhiteSpace(position + 1);
      }
      this.countFilled(node);
    }
    if (position >= this.end || this.bytes[position] !== closeBrace) throw new MalformedLine();
    node.objectFields += fields;
    if (fields > node.largestObject) node.largestObject = fields;
    node.nestedBytes += position + 1 - start;
    count(node, kindIndex.object);
    return position + 1;
  }

  private keyEnd(start: number): number {
    if (start >= this.end || this.bytes[start] !== quote) throw new MalformedLine();
    return endOfString(this.bytes, start, this.end);
  }

  /** The node of the field whose name stands between the quotes at `open` and `close`. */
  private field(node: FieldNode, previous: FieldNode | null, open: number, close: number): FieldNode {
    if (node.anyKey === null) {
      // Documents of one table mostly have the same fields in the same order.
      const expected = previous === null ? node.firstChild : previous.nextSibling;
      if (expected !== null && this.isSpelled(expected, open, close)) return expected;
    }
    const key = this.text(open, close);
    if (key.startsWith("$")) throw new MalformedLine();
    const mayBeId = isIdLength(close - open - 1) && node !== this.tree.root;
    if (mayBeId && node.anyKey === null && this.ids.isId(key)) this.tree.makeRecord(node);
    const child = this.tree.child(node, key);
    if (node.keys !== null && child === node.anyKey) this.countKey(node.keys, key, close + 1 - open, mayBeId);
    // A name with a backslash is spelled in more bytes than it has.
    else if (!key.includes("\\")) {
      if (previous === null) node.firstChild = child;
      else previous.nextSibling = child;
    }
    return child;
  }

  private countKey(keys: FieldNode, key: string, bytes: number, mayBeId: boolean): void {
    keys.bytes += bytes;
    count(keys, mayBeId && this.ids.keepReference(keys, key) ? kindIndex.id : kindIndex.string);
  }

  private isSpelled(node: FieldNode, open: number, close: number): boolean {
    const key = node.keyBytes;
    if (key.length !== close - open - 1) return false;
    for (let i = 0; i < key.length; i++) if (key[i] !== this.bytes[open + 1 + i]) return false;
    return true;
  }

  /** The text between the quotes at `open` and `close`. */
  private text(open: number, close: number): string {
    const text = this.bytes.toString("utf8", open + 1, close);
    return text.includes("\\") ? String(JSON.parse(`"${text}"`)) : text;
  }

  /** An object whose first key starts with `$`: another kind of value in disguise, with one key and a string. */
  private dollarObject(start: number, node: FieldNode): number {
    let position = this.skipWhiteSpace(this.keyEnd(this.skipWhiteSpace(start + 1)) + 1);
    if (this.bytes[position] !== colon) throw new MalformedLine();
    position = this.skipWhiteSpace(this.keyEnd(this.skipWhiteSpace(position + 1)) + 1);
    if (position >= this.end || this.bytes[position] !== closeBrace) throw new MalformedLine();
    const kind = this.reading.dollarObject(this.bytes.toString("utf8", start, position + 1));
    count(node, kindIndex[kind]);
    return position + 1;
  }

  private startsWithDollar(open: number): boolean {
    const first = this.bytes[open + 1];
    if (this.bytes[open] !== quote || (first !== dollar && first !== backslash)) return false;
    return this.text(open, this.keyEnd(open)).startsWith("$");
  }

  private countFilled(node: FieldNode): void {
    if (node.lastFilledDocument === this.document) return;
    node.lastFilledDocument = this.document;
    node.filledDocuments++;
  }

  private skipWhiteSpace(start: number): number {
    let position = start;
    while (position < this.end && isWhiteSpace(this.bytes[position] ?? 0)) position++;
    return position;
  }
}

function isIdLength(length: number): boolean {
  return length >= shortestId && length <= longestId;
}

function count(node: FieldNode, kind: number): void {
  node.counts[kind] = (node.counts[kind] ?? 0) + 1;
}
