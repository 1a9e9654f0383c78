/** Decides, place by place in a document, what a string of a shape-encoded table stands for. */
import type { Shape, ShapeOption } from "./parseShape.js";

export type StringReading = "string" | "int64" | "bytes" | "inf";

/**
 * One place in the documents of a table, with all shapes it may have. Children are made when first asked for and kept,
 * at most one for each field a shape names.
 */
export class ShapeReader {
  /** How a string here is read: as something else only where the shapes allow exactly one reading. */
  readonly reading: StringReading;
  private readonly children = new Map<string, ShapeReader>();
  private readonly named: ReadonlySet<string>;
  private elementReader: ShapeReader | undefined;
  private otherReader: ShapeReader | undefined;
  private inert: boolean | undefined;

  constructor(private readonly options: Shape) {
    this.reading = readingOf(options);
    this.named = new Set(options.flatMap((option) => (option.kind === "object" ? [...option.fields.keys()] : [])));
  }

  /** Nothing at or below this place is anything but what its JSON says. */
  get isInert(): boolean {
    this.inert ??=
      this.reading === "string" &&
      (!this.options.some(hasChildren) ||
        (this.element.isInert && this.other.isInert && [...this.named].every((name) => this.field(name).isInert)));
    return this.inert;
  }

  get element(): ShapeReader {
    this.elementReader ??= new ShapeReader(this.options.flatMap(elementOptions));
    return this.elementReader;
  }

  field(name: string): ShapeReader {
    if (!this.named.has(name)) return this.other;
    let reader = this.children.get(name);
    if (reader === undefined) {
      reader = new ShapeReader(this.options.flatMap((option) => fieldOptions(option, name)));
      this.children.set(name, reader);
    }
    return reader;
  }

  /** A field that no shape names: a key of a record, or of an unknown. */
  private get other(): ShapeReader {
    this.otherReader ??= new ShapeReader(this.options.flatMap((option) => fieldOptions(option, undefined)));
    return this.otherReader;
  }
}

function hasChildren(option: ShapeOption): boolean {
  return option.kind === "array" || option.kind === "object" || option.kind === "record";
}

function elementOptions(option: ShapeOption): Shape {
  if (option.kind === "array") return option.element;
  return option.kind === "unknown" ? [option] : [];
}

function fieldOptions(option: ShapeOption, name: string | undefined): Shape {
  if (option.kind === "object") return (name === undefined ? undefined : option.fields.get(name)) ?? [];
  if (option.kind === "record") return option.value;
  return option.kind === "unknown" ? [option] : [];
}

function readingOf(options: Shape): StringReading {
  const readings = new Set<StringReading>();
  for (const { kind } of options) {
    if (kind === "unknown" || kind === "anyFloat") return "string";
    if (kind === "int64" || kind === "bytes" || kind === "inf" || kind === "string") readings.add(kind);
  }
  const [only, ...others] = readings;
  return only === undefined || others.length > 0 ? "string" : only;
}
