/**
 * Keys of indexes as texts of one byte a letter, whose order under `<` is that of their values under `compareValues` (spec 9). No
 * value's key is the begin of another's, so keys of several fields are put one behind the other.
 */
import type { Value } from "convex/values";

/** Behind every key that begins with a given one: no value's first byte is as large. */
export const afterAll = "\xff";

const tag = {
  undefined: 1,
  null: 2,
  int64: 3,
  float64: 4,
  false: 5,
  true: 6,
  string: 7,
  bytes: 8,
  array: 9,
  object: 11,
};

/** Ends texts, arrays and objects; smaller than whatever else can follow. */
const end = 0;
/** Stands before a 0 or 1 within a text, which is then written as 1 or 2. */
const escapeByte = 1;

const minInt64 = 2n ** 63n;

const key = new (class {
  bytes = Buffer.allocUnsafeSlow(65_536);
  length = 0;

  byte(value: number): void {
    if (this.length === this.bytes.length) this.bytes = Buffer.concat([this.bytes], this.bytes.length * 2);
    this.bytes[this.length++] = value;
  }

  escaped(value: number): void {
    if (value <= escapeByte) {
      this.byte(escapeByte);
      this.byte(value + 1);
    } else this.byte(value);
  }
})();

const eight = new DataView(new ArrayBuffer(8));

/**
 * The key of some values, one behind the other.
 *
 * @param values of an index's fields, in order; undefined where a document has none
 */
export function encodeKey(values: readonly (Value | undefined)[]): string {
  key.length = 0;
  for (const value of values) write(value);
  return key.bytes.toString("latin1", 0, key.length);
}

/** How long the key of some values is, in bytes. */
export function keyLength(values: readonly (Value | undefined)[]): number {
  key.length = 0;
  for (const value of values) write(value);
  return key.length;
}

function write(value: Value | undefined): void {
  if (value === undefined) key.byte(tag.undefined);
  else if (value === null) key.byte(tag.null);
  else if (typeof value === "string") {
    key.byte(tag.string);
    writeText(value);
  } else if (typeof value === "number") {
    key.byte(tag.float64);
    writeFloat(value);
  } else if (typeof value === "boolean") key.byte(value ? tag.true : tag.false);
  else if (typeof value === "bigint") {
    key.byte(tag.int64);
    eight.setBigUint64(0, value + minInt64);
    for (let i = 0; i < 8; i++) key.byte(eight.getUint8(i));
  } else writeComposed(value);
}

function writeComposed(value: Exclude<Value, string | number | boolean | bigint | null>): void {
  if (value instanceof ArrayBuffer) {
    key.byte(tag.bytes);
    for (const byte of new Uint8Array(value)) key.escaped(byte);
  } else if (Array.isArray(value)) {
    key.byte(tag.array);
    for (const element of value) write(element);
  } else {
    const fields = value as Readonly<Record<string, Value | undefined>>;
    key.byte(tag.object);
    for (const name of Object.keys(fields).sort()) {
      if (fields[name] === undefined) continue;
      write(name);
      write(fields[name]);
    }
  }
  key.byte(end);
}

/** UTF-8 bytes; ids and most other keys are ASCII, which a loop writes faster than a call into Node. */
function writeText(text: string): void {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 128) {
      for (const byte of Buffer.from(text.slice(i), "utf8")) key.escaped(byte);
      break;
    }
    key.escaped(code);
  }
  key.byte(end);
}

/** IEEE bits in the order of the numbers: the sign bit turned over, and all others too below zero. */
function writeFloat(value: number): void {
  eight.setFloat64(0, value);
  const flip = eight.getUint8(0) >= 128 ? 255 : 0;
  key.byte(eight.getUint8(0) ^ (flip | 128));
  for (let i = 1; i < 8; i++) key.byte(eight.getUint8(i) ^ flip);
}
