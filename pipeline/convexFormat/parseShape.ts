/** The shape strings of older exports (spec 1, "Values" 2): what values a table's fields have had. */

/** What one member of a union says. Only what decides how a string is read is kept. */
export type ShapeOption =
  | { readonly kind: "int64" | "bytes" | "inf" | "string" | "unknown" }
  /** Any float: also NaN, which has many spellings, so that no string can be told to be one. */
  | { readonly kind: "anyFloat" }
  /** Never spelled as a string: null, booleans, ordinary numbers. */
  | { readonly kind: "noString" }
  | { readonly kind: "array"; readonly element: Shape }
  | { readonly kind: "object"; readonly fields: ReadonlyMap<string, Shape> }
  | { readonly kind: "record"; readonly value: Shape };

/** A union of its options; one option for a plain type. */
export type Shape = readonly ShapeOption[];

const words: Readonly<Record<string, ShapeOption>> = {
  never: { kind: "noString" },
  null: { kind: "noString" },
  int64: { kind: "int64" },
  float64: { kind: "anyFloat" },
  "-inf": { kind: "inf" },
  inf: { kind: "inf" },
  "-0": { kind: "noString" },
  NaN: { kind: "anyFloat" },
  normalfloat64: { kind: "noString" },
  boolean: { kind: "noString" },
  field_name: { kind: "string" },
  string: { kind: "string" },
  bytes: { kind: "bytes" },
  unknown: { kind: "unknown" },
};

/** Far beyond the 16 levels of a document; keeps a made-up shape from exhausting the stack. */
const maxDepth = 128;

/** Parses a shape string; an error's message says what was expected and at which character. Throws SyntaxError. */
export function parseShape(text: string): Shape {
  const parser = new ShapeParser(text);
  const shape = parser.union();
  parser.end();
  return shape;
}

class ShapeParser {
  private position = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  union(): Shape {
    if (++this.depth > maxDepth) throw new SyntaxError(`the shape nests deeper than ${maxDepth} levels`);
    const options = [this.option()];
    while (this.took("|")) options.push(this.option());
    this.depth--;
    return options;
  }

  end(): void {
    this.skipSpace();
    if (this.position < this.text.length) this.expected("the end");
  }

  private option(): ShapeOption {
    this.skipSpace();
    const next = this.text[this.position];
    if (next === '"') {
      this.quoted();
      return { kind: "string" };
    }
    if (next === "{") return { kind: "object", fields: this.fields() };
    const word = this.match(/[A-Za-z0-9_-]+/y) ?? this.expected("a type");
    if (word === "id") {
      this.expect("<");
      if (this.match(/\d+/y) === null) this.expected("a table number");
      this.expect(">");
      return { kind: "string" };
    }
    if (word === "array") {
      this.expect("<");
      const element = this.union();
      this.expect(">");
      return { kind: "array", element };
    }
    if (word === "record") {
      this.expect("<");
      this.union();
      this.expect(",");
      const value = this.union();
      this.expect(">");
      return { kind: "record", value };
    }
    const known = Object.hasOwn(words, word) ? words[word] : undefined;
    return known ?? this.expected("a known type");
  }

  private fields(): ReadonlyMap<string, Shape> {
    const fields = new Map<string, Shape>();
    this.expect("{");
    if (this.took("}")) return fields;
    do {
      this.skipSpace();
      const name = this.quoted();
      this.took("?");
      this.expect(":");
      fields.set(name, this.union());
    } while (this.took(","));
    this.expect("}");
    return fields;
  }

  /** Names and literals of a shape hold no escapes that matter; one is stepped over, so that its quote ends nothing. */
  private quoted(): string {
    const token = this.match(/"(?:[^"\\]|\\.)*"/sy) ?? this.expected("a quoted name");
    return token.slice(1, -1);
  }

  private expect(character: string): void {
    if (!this.took(character)) this.expected(`"${character}"`);
  }

  private took(character: string): boolean {
    this.skipSpace();
    if (this.text[this.position] !== character) return false;
    this.position++;
    return true;
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.position;
    const token = pattern.exec(this.text)?.[0];
    if (token === undefined) return null;
    this.position += token.length;
    return token;
  }

  private skipSpace(): void {
    while (this.text[this.position] === " ") this.position++;
  }

  private expected(what: string): never {
    throw new SyntaxError(`expected ${what} at character ${this.position + 1} of the shape`);
  }
}
