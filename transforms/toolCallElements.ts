import type { Value } from "convex/values";
import type { Fields } from "./defineTransform.js";
import { type ElementShape, lackingField, numberOf, textOf } from "./elementShape.js";
import { type JsonText, readJsonText } from "./jsonText.js";
import type { MessageColumns } from "./messageOwner.js";
import type { MovedElement } from "./movedElements.js";
import type { PartBuilder } from "./partBuilder.js";
import { isRowTooLarge } from "./rowSize.js";
import { isObject } from "./sameValue.js";

export const toolCallShape = {
  required: { id: "string", name: "string", arguments: "string", timestamp: "number" },
  optional: { result: "string", textPosition: "number" },
} as const satisfies ElementShape;

/** A valid tool call of a list. */
export interface ToolCall {
  readonly element: string;
  readonly path: string;
  readonly value: Record<string, Value | undefined>;
  readonly id: string;
  readonly name: string;
  readonly timestamp: number;
  readonly args: JsonText;
  readonly result: JsonText | undefined;
}

/** Why an element gives no row. */
interface Refusal {
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
  const text = textOf(value.arguments) ?? "";
  const result = textOf(value.result);
  const call = {
    element,
    path,
    value,
    id: textOf(value.id) ?? "",
    name: textOf(value.name) ?? "",
    timestamp: numberOf(value.timestamp) ?? Number.NaN,
    args: readJsonText(text),
    result: result === undefined ? undefined : readJsonText(result),
  };
  if (call.id.length + call.name.length + text.length + (result?.length ?? 0) <= surelySmall) return call;
  const isTooLarge = (tried: ToolCall): boolean => isRowTooLarge(toolCallColumns(tried, message, 0, false));
  if (!isTooLarge(call)) return call;
  // First the result stays text, then the arguments (spec 4).
  const textResult = { ...call, result: asText(call.result, result) };
  if (!isTooLarge(textResult)) return textResult;
  const allText = { ...textResult, args: asText(call.args, text) };
  return isTooLarge(allText) ? { code: "row_too_large" } : allText;
}

/** The columns of a tool call's row. Written out, since spreading objects costs more than reading the JSON. */
export function toolCallColumns(
  { value, id, name, timestamp, args, result }: ToolCall,
  { messageId, conversationId, userId, createdAt }: MessageColumns,
  position: number,
  isPartial: boolean,
): Fields {
  return {
    messageId,
    conversationId,
    userId,
    createdAt,
    position,
    toolCallId: id,
    toolName: name,
    args: args.value,
    argsEncoding: args.encoding,
    result: result?.value,
    resultEncoding: result?.encoding,
    textPosition: numberOf(value.textPosition),
    isPartial,
    timestamp,
  };
}

/** Notes why `arguments` or `result` of a call stay text. */
export function noteTexts(part: PartBuilder, { path, args, result }: ToolCall): void {
  if (args.encoding === "text") part.noted({ code: args.code, path: `${path}/arguments`, detail: args.detail });
  if (result?.encoding === "text") part.noted({ code: result.code, path: `${path}/result`, detail: result.detail });
}

/**
 * Characters of text with which no row can pass 1 MiB: a native value takes at most 9 bytes for each character of its JSON
 * (`0`, a Float64).
 */
const surelySmall = 100_000;

/** What was read, as text: its row cannot hold the native value. */
function asText<Read extends JsonText | undefined>(read: Read, text = ""): Read | JsonText {
  if (read?.encoding !== "json") return read;
  return { encoding: "text", value: text, code: "text_not_representable", detail: "the row would pass 1 MiB" };
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
