import type { Value } from "convex/values";
import type { Fields } from "./defineTransform.js";
import { type ElementShape, lackingField, numberOf, textOf } from "./elementShape.js";
import { type JsonText, readJsonText } from "./jsonText.js";
import type { MessageColumns } from "./messageOwner.js";
import type { MovedElement } from "./movedElements.js";
import { isRowTooLarge } from "./rowSize.js";
import { isObject } from "./sameValue.js";

export const toolCallShape = {
  required: { id: "string", name: "string", arguments: "string", timestamp: "number" },
  optional: { result: "string", textPosition: "number" },
} as const satisfies ElementShape;

/** A valid tool call of a list, with the row it gives if it stays. */
export interface ToolCall {
  readonly element: string;
  readonly path: string;
  readonly value: Record<string, Value | undefined>;
  readonly id: string;
  readonly timestamp: number;
  /** The columns of its row but `position` and `isPartial`. */
  readonly columns: Fields;
  /** What is to be noted with the row about `arguments` and `result`: why they stay text. */
  readonly notes: readonly { readonly code: string; readonly path: string; readonly detail: string }[];
}

/** Why an element gives no row. */
export interface Refusal {
  readonly code: "invalid_tool_call" | "row_too_large";
  readonly detail?: string;
}

export function readToolCall(
  { element, path, value, index }: MovedElement,
  message: MessageColumns,
): ToolCall | Refusal {
  if (index === null || !isObject(value)) return { code: "invalid_tool_call" };
  const lacking = lackingField(value, toolCallShape);
  if (lacking !== null) return { code: "invalid_tool_call", detail: `field ${lacking}` };
  const id = textOf(value.id) ?? "";
  const name = textOf(value.name) ?? "";
  const timestamp = numberOf(value.timestamp) ?? Number.NaN;
  const text = textOf(value.arguments) ?? "";
  const result = textOf(value.result);

  let args = readJsonText(text);
  let output = result === undefined ? undefined : readJsonText(result);
  const columns = (): Fields => ({
    ...message,
    position: 0,
    toolCallId: id,
    toolName: name,
    args: args.value,
    argsEncoding: args.encoding,
    result: output?.value,
    resultEncoding: output?.encoding,
    textPosition: numberOf(value.textPosition),
    isPartial: false,
    timestamp,
  });
  let row = columns();
  if (id.length + name.length + text.length + (result?.length ?? 0) > surelySmall) {
    if (output?.encoding === "json" && isRowTooLarge(row)) {
      output = tooLargeAsJson(result);
      row = columns();
    }
    if (args.encoding === "json" && isRowTooLarge(row)) {
      args = tooLargeAsJson(text);
      row = columns();
    }
    if (isRowTooLarge(row)) return { code: "row_too_large" };
  }
  const notes = [noteOf(args, `${path}/arguments`), noteOf(output, `${path}/result`)];
  return { element, path, value, id, timestamp, columns: row, notes: notes.filter((note) => note !== null) };
}

/**
 * Characters of text with which no row can pass 1 MiB: a native value takes at most 9 bytes for each character of its JSON
 * (`0`, a Float64).
 */
const surelySmall = 100_000;

/** First the result stays text, then the arguments (spec 4). */
function tooLargeAsJson(text = ""): JsonText {
  return { encoding: "text", value: text, code: "text_not_representable", detail: "the row would pass 1 MiB" };
}

function noteOf(json: JsonText | undefined, path: string): ToolCall["notes"][number] | null {
  return json?.encoding === "text" ? { code: json.code, path, detail: json.detail } : null;
}

/**
 * The tool call that stays for each id of one list: the latest timestamp (NaN sorts first), of equal ones the later
 * element.
 */
export function latestById(calls: readonly ToolCall[]): ReadonlyMap<string, ToolCall> {
  const latest = new Map<string, ToolCall>();
  for (const call of calls) {
    const rival = latest.get(call.id);
    if (rival === undefined || !isBefore(call.timestamp, rival.timestamp)) latest.set(call.id, call);
  }
  return latest;
}

function isBefore(time: number, other: number): boolean {
  return Number.isNaN(time) ? !Number.isNaN(other) : time < other;
}
