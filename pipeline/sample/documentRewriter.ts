/** What becomes of a document's texts on its way into a sample: ids given anew, personal text replaced, or neither. */
import { createHmac } from "node:crypto";
import type { Value } from "convex/values";
import { knownKeys, textKinds } from "../../convex/schema/textKinds.js";
import { urlHash } from "../../transforms/index.js";
import { decodeId } from "../convexFormat/ids.js";
import type { Model, TableModel } from "../model/types.js";
import { type Alternatives, alternativesOf, elementOf, isFieldName, isLiteral, memberOf } from "./alternatives.js";
import { enumeratedWords } from "./enumeratedWords.js";
import { idReminter } from "./remintIds.js";
import type { ReplacementKey } from "./replaceLetters.js";
import { isUrl, replaceJsonText, replaceTag, replaceText, replaceUrl } from "./replaceText.js";

export interface RewriteOptions {
  /** Replace personal text. */
  readonly anonymize: boolean;
  /** Give ids anew. */
  readonly remint: boolean;
  /** Secret: the same key gives the same replacements. */
  readonly key: Buffer;
}

export type Document = Readonly<Record<string, Value>>;

/** An array of so many numbers is an embedding, from which text can be guessed. */
const fewestOfEmbedding = 64;

export class DocumentRewriter {
  private readonly replacementKey: ReplacementKey;
  private readonly remint: (text: string) => string;
  private readonly words: ReadonlySet<string>;
  private readonly keys = new Set(knownKeys);
  private readonly order = new Map<number, readonly number[]>();

  /** @param tableNumbers numbers of the snapshot's tables, `_storage` among them */
  constructor(
    private readonly model: Model,
    private readonly tableNumbers: ReadonlySet<number>,
    private readonly options: RewriteOptions,
  ) {
    const bytes = createHmac("sha256", options.key).update("letters").digest();
    this.replacementKey = [bytes.readInt32LE(0), bytes.readInt32LE(4) | 1];
    this.remint = options.remint
      ? idReminter(tableNumbers, createHmac("sha256", options.key).update("ids").digest())
      : (text) => text;
    this.words = enumeratedWords(model);
  }

  /** An id as it stands in the sample. */
  id(id: string): string {
    return this.remint(id);
  }

  /** The document as it stands in the sample. @param table its name */
  rewrite(table: string, document: Document): Document {
    const model = this.model.has(table) ? this.model.table(table) : null;
    const validators = validatorsOf(model);
    const rewritten = fromFields(
      Object.entries(document).map(([field, value]) => [
        field,
        this.value(value, { table, path: field, is: validators.get(field) ?? [] }),
      ]),
    );
    const hashed = Object.entries(ownOf(textKinds, table) ?? {}).filter(
      ([field, kind]) => kind === "urlHash" && field in document,
    );
    const { url } = rewritten;
    if (!this.options.anonymize || hashed.length === 0 || typeof url !== "string") return rewritten;
    return { ...rewritten, ...Object.fromEntries(hashed.map(([field]) => [field, urlHash(url).urlHash])) };
  }

  private value(value: Value, place: Place): Value {
    if (typeof value === "string") return this.text(value, place);
    if (typeof value === "object" && value !== null && ownOf(ownOf(textKinds, place.table), place.path) === "public")
      return value;
    if (Array.isArray(value)) return this.array(value, place);
    if (value instanceof ArrayBuffer) return this.options.anonymize ? new ArrayBuffer(value.byteLength) : value;
    if (typeof value !== "object" || value === null) return value;
    return fromFields(
      Object.entries(value as Document).map(([key, item]) => {
        const inner = { table: place.table, path: `${place.path}.${key}`, is: memberOf(place.is, key) };
        return [isFieldName(place.is, key) ? key : this.keyText(key), this.value(item, inner)];
      }),
    );
  }

  private keyText(key: string): string {
    if (!this.options.anonymize || this.keys.has(key) || key === "__proto__") return this.remint(key);
    return this.isId(key) ? this.remint(key) : replaceText(key, this.replacementKey);
  }

  private array(values: readonly Value[], place: Place): Value {
    const inner = { ...place, path: `${place.path}[]`, is: elementOf(place.is) };
    const isEmbedding = values.length >= fewestOfEmbedding && values.every((value) => typeof value === "number");
    if (isEmbedding && this.options.anonymize) return this.permuted(values as number[]);
    return values.map((value) => this.value(value, inner));
  }

  /** Another order, the same for every embedding of a length: distances stay, and with them what a search finds. */
  private permuted(values: readonly number[]): number[] {
    let order = this.order.get(values.length);
    if (order === undefined) {
      const rank = values.map((_, at) =>
        createHmac("sha256", this.options.key).update(`embedding ${at}`).digest("hex"),
      );
      order = values.map((_, at) => at).sort((left, right) => ((rank[left] ?? "") < (rank[right] ?? "") ? -1 : 1));
      this.order.set(values.length, order);
    }
    return order.map((at) => values[at] ?? 0);
  }

  private text(text: string, { table, path, is }: Place): string {
    if (isLiteral(is, text)) return text;
    const kind = ownOf(ownOf(textKinds, table), path);
    const key = this.replacementKey;
    if (!this.options.anonymize || kind === "public" || this.isId(text, is)) return this.remint(text);
    if (kind === "tag") return replaceTag(text, key);
    if (kind === "json") return replaceJsonText(text, key);
    // Rows hold an enumeration's words under other validators too: those of preferences as values of any shape.
    if (this.words.has(text)) return text;
    return isUrl(text) ? replaceUrl(text, key) : replaceText(text, key);
  }

  /** Where the schema wants an id, one of a table that the snapshot does not list stays an id, too. */
  private isId(text: string, is: Alternatives = []): boolean {
    const id = decodeId(text);
    return id !== null && (this.tableNumbers.has(id.tableNumber) || is.some(({ kind }) => kind === "id"));
  }
}

/** An object of these fields; `__proto__` is a field like any other. */
function fromFields(fields: readonly (readonly [string, Value])[]): Document {
  const object: Record<string, Value> = {};
  for (const [key, value] of fields)
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  return object;
}

/** What an object itself holds under a name from outside: `constructor` and its like are on every object. */
function ownOf<T>(object: Readonly<Record<string, T>> | null | undefined, name: string): T | undefined {
  return object != null && Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Where a value stands. */
interface Place {
  readonly table: string;
  readonly path: string;
  /** What the schema says it is. */
  readonly is: Alternatives;
}

function validatorsOf(table: TableModel | null): ReadonlyMap<string, Alternatives> {
  return new Map((table?.columns ?? []).map(({ name, validator }) => [name, alternativesOf(validator)]));
}
