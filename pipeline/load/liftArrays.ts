/**
 * Reading 1,536 numbers of each document, only to write them again as text, would take DuckDB longer than everything else together.
 * So arrays of floats reach it as strings: `"embedding":[0.1,…]` becomes `"\u0001embedding":"[0.1,…]"`. The array is checked here
 * while it passes: nothing but Float64 in the spelling of an export; any other array stays what it is and is judged later.
 */

/** The key of a lifted field. No document has one like it: keys are printable ASCII, and `spoolDocuments` refuses such lines. */
export const liftedKey = (name: string): string => `\u0001${name}`;

const quote = 34;
const backslash = 92;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
const quoteBytes = Buffer.from('"');

// Classes of characters inside an array of numbers, and the states of its grammar: both index `transitions`.
const classes = "0 9 . e - + , ]".split(" ").length + 1;
const other = classes - 1;
const classOf = characterClasses();
const state = { start: 0, sign: 1, zero: 2, digits: 3, dot: 4, fraction: 5, e: 6, eSign: 7, e1: 8, e2: 9, next: 10 };
const accepted = 11;
const refused = 12;
const transitions = grammar();

export class ArrayLifter {
  private readonly fields: readonly { readonly key: Buffer; readonly lifted: Buffer }[];

  /** @param names the fields to lift where they stand at the top of a document */
  constructor(names: readonly string[]) {
    this.fields = names.map((name) => ({
      key: Buffer.from(`${JSON.stringify(name)}:[`),
      lifted: Buffer.from(`${JSON.stringify(liftedKey(name))}:"`),
    }));
  }

  /** Whether a key stands in the lines that only a lifted field may have. */
  isForged(block: Buffer): boolean {
    return this.fields.some(({ lifted }) => block.includes(lifted.subarray(0, -1)));
  }

  /** The same lines with their arrays lifted; the block itself where there is nothing to lift. */
  lift(block: Buffer): Buffer {
    return this.fields.reduce((lines, field) => liftField(lines, field), block);
  }
}

/** A line with its lifted arrays as they were. */
export function unlift(line: string, names: readonly string[]): string {
  let text = line;
  for (const name of names) {
    const lifted = `${JSON.stringify(liftedKey(name))}:"`;
    const start = text.indexOf(lifted);
    if (start === -1) continue;
    const array = start + lifted.length;
    const end = text.indexOf('"', array);
    text = `${text.slice(0, start)}${JSON.stringify(name)}:${text.slice(array, end)}${text.slice(end + 1)}`;
  }
  return text;
}

function liftField(block: Buffer, field: { readonly key: Buffer; readonly lifted: Buffer }): Buffer {
  const pieces: Buffer[] = [];
  let copied = 0;
  for (let at = block.indexOf(field.key); at !== -1; ) {
    const array = at + field.key.length - 1;
    const end = endOfFloats(block, array);
    const isLifted = end !== -1 && isTopLevel(block, at);
    if (isLifted) {
      pieces.push(block.subarray(copied, at), field.lifted, block.subarray(array, end), quoteBytes);
      copied = end;
    }
    at = block.indexOf(field.key, isLifted ? end : array);
  }
  return pieces.length === 0 ? block : Buffer.concat([...pieces, block.subarray(copied)]);
}

/** Index behind the `]` of the array that opens at `start`; -1 unless all its elements are floats. */
function endOfFloats(block: Buffer, start: number): number {
  if (block[start + 1] === closeBracket) return start + 2;
  let now = state.start;
  for (let i = start + 1; i < block.length; i++) {
    now = transitions[now * classes + (classOf[block[i] ?? 0] ?? other)] ?? refused;
    if (now >= accepted) return now === accepted ? i + 1 : -1;
  }
  return -1;
}

/** Whether the key at `at` belongs to the document itself: one brace is open between the start of its line and the key. */
function isTopLevel(block: Buffer, at: number): boolean {
  let depth = 0;
  for (let i = block.lastIndexOf(10, at) + 1; i < at; i++) {
    const byte = block[i];
    if (byte === quote) {
      i = endOfString(block, i);
      if (i === -1 || i >= at) return false;
    } else if (byte === openBrace || byte === openBracket) depth++;
    else if (byte === closeBrace || byte === closeBracket) depth--;
  }
  return depth === 1;
}

function endOfString(block: Buffer, start: number): number {
  let end = block.indexOf(quote, start + 1);
  while (end !== -1) {
    let before = end - 1;
    while (block[before] === backslash) before--;
    if ((end - before) % 2 === 1) return end;
    end = block.indexOf(quote, end + 1);
  }
  return -1;
}

function characterClasses(): Uint8Array {
  const table = new Uint8Array(256).fill(other);
  for (let digit = 0; digit <= 9; digit++) table[48 + digit] = digit === 0 ? 0 : 1;
  for (const [i, characters] of [".", "eE", "-", "+", ",", "]"].entries()) {
    for (const character of characters) table[character.charCodeAt(0)] = i + 2;
  }
  return table;
}

/** An exponent of three digits is refused here, since it may be out of a double's range: DuckDB and the exact reader look at it. */
function grammar(): Uint8Array {
  const table = new Uint8Array(accepted * classes).fill(refused);
  const [zero, digit, dot, e, minus, plus, comma, close] = [0, 1, 2, 3, 4, 5, 6, 7];
  const on = (from: number, to: number, ...classIndexes: number[]) => {
    for (const index of classIndexes) table[from * classes + index] = to;
  };
  for (const from of [state.start, state.next]) on(from, state.sign, minus);
  for (const from of [state.start, state.next, state.sign]) {
    on(from, state.zero, zero);
    on(from, state.digits, digit);
  }
  on(state.digits, state.digits, zero, digit);
  for (const from of [state.zero, state.digits]) {
    on(from, state.dot, dot);
    on(from, state.e, e);
  }
  for (const from of [state.dot, state.fraction]) on(from, state.fraction, zero, digit);
  on(state.fraction, state.e, e);
  on(state.e, state.eSign, minus, plus);
  for (const from of [state.e, state.eSign]) on(from, state.e1, zero, digit);
  on(state.e1, state.e2, zero, digit);
  for (const from of [state.fraction, state.e1, state.e2]) {
    on(from, state.next, comma);
    on(from, accepted, close);
  }
  return table;
}
