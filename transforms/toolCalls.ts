/** Phase 1: `messages.toolCalls` and `partialToolCalls` become rows of `toolCalls`, one for each tool call. */
import type { Value } from "convex/values";
import { defineTransform, type Fields, type SourceDocument } from "./defineTransform.js";
import { keepStrayFields } from "./elementShape.js";
import { isStreaming } from "./isStreaming.js";
import { isJsonOf, writeJsonText } from "./jsonText.js";
import { messageColumns, messageOwnerFields, messageOwnerLookups, rejectElements } from "./messageOwner.js";
import { type MovedElement, movedElements } from "./movedElements.js";
import { type PartBuilder, startPart } from "./partBuilder.js";
import { isNothing, sameJsonText } from "./sameFieldValue.js";
import { isObject, sameValue } from "./sameValue.js";
import { rowsInOrder } from "./storedRows.js";
import {
  latestById,
  noteTexts,
  readToolCall,
  type ToolCall,
  toolCallColumns,
  toolCallShape,
} from "./toolCallElements.js";
import { withoutAbsent } from "./withoutAbsent.js";

const moves = ["toolCalls", "partialToolCalls"] as const;
const complete = "toolCall";
const partial = "partialToolCall";
const invalidCodes = { [complete]: "invalid_tool_call", [partial]: "invalid_tool_call" };

export const toolCalls = defineTransform({
  part: "message/toolCalls",
  phase: "phase-1",
  table: "messages",
  moves,
  reads: { fields: [...messageOwnerFields, "status", ...moves], lookups: messageOwnerLookups },
  elements: { [complete]: "toolCalls", [partial]: "toolCalls" },
  writes: { toolCalls: "messageId" },
  mentions: [],

  map(input) {
    const { document } = input;
    const part = startPart(document, moves);
    const elements = elementsOf(document);
    if (elements.length === 0) return part.finish();
    const message = messageColumns(input);
    if ("lacking" in message) return rejectElements(part, elements, message, invalidCodes);

    const valid: Record<string, ToolCall[]> = { [complete]: [], [partial]: [] };
    for (const found of elements) {
      part.found(found.element);
      const call = readToolCall(found, message);
      if ("code" in call) part.rejected(found.element, { ...call, path: found.path, value: found.value });
      else valid[found.element]?.push(call);
    }

    const completed = latestById(valid[complete] ?? []);
    const staying = mergeDuplicates(part, valid[complete] ?? [], completed);
    const partials = valid[partial] ?? [];
    for (const call of mergeDuplicates(part, partials, latestById(partials))) {
      const stays = completed.get(call.id);
      if (stays === undefined) staying.push(call);
      else merge(part, "superseded_partial", call, stays);
    }

    const streaming = isStreaming(document.status);
    staying.forEach((call, position) => {
      const { element, path, value } = call;
      const isPartial = element === partial && streaming;
      const columns = toolCallColumns(call, message, position, isPartial);
      part.row({ table: "toolCalls", value: columns, refs: [], element, path });
      keepStrayFields(part, value, toolCallShape, path);
      noteTexts(part, call);
      if (element === partial && !streaming) part.noted({ code: "settled_partial", path });
    });
    return part.finish();
  },

  elementsOf,

  rebuild({ rows, kept }) {
    const stored = rowsInOrder(rows.toolCalls);
    return withoutAbsent({
      toolCalls: kept.toolCalls ?? callsOf(stored, false),
      partialToolCalls: kept.partialToolCalls ?? callsOf(stored, true),
    });
  },

  givesBack(field, original, { rows }) {
    const stored = rowsInOrder(rows.toolCalls).filter((row) => isOf(row, field === "partialToolCalls"));
    if (stored.length === 0) return isNothing(original);
    if (!Array.isArray(original) || original.length !== stored.length) return false;
    return stored.every((row, index) => isCallOf(original[index], row));
  },

  identity: ({ toolCallId }) => String(toolCallId),
});

function elementsOf(document: SourceDocument): MovedElement[] {
  return [...movedElements(document, "toolCalls", complete), ...movedElements(document, "partialToolCalls", partial)];
}

/** Merges the calls of one list that another one of their id replaces; gives back those that stay, in order. */
function mergeDuplicates(
  part: PartBuilder,
  calls: readonly ToolCall[],
  latest: ReadonlyMap<string, ToolCall>,
): ToolCall[] {
  return calls.filter((call) => {
    const stays = latest.get(call.id);
    if (stays === undefined || stays === call) return true;
    merge(part, "duplicate_tool_call", call, stays);
    return false;
  });
}

function merge(part: PartBuilder, code: string, { element, path, value }: ToolCall, stays: ToolCall): void {
  const differs = !sameValue(value, stays.value);
  part.merged(element, { code, path, ...(differs ? { value } : {}) });
}

function callsOf(rows: readonly SourceDocument[], isPartial: boolean): Record<string, Fields[string]>[] | undefined {
  const calls = rows.filter((row) => isOf(row, isPartial)).map(callOf);
  return calls.length === 0 ? undefined : calls;
}

function callOf(row: SourceDocument) {
  const { toolCallId, toolName, args, argsEncoding, result, resultEncoding, timestamp, textPosition } = row;
  return withoutAbsent({
    id: toolCallId,
    name: toolName,
    arguments: textOf(args, argsEncoding),
    result: textOf(result, resultEncoding),
    timestamp,
    textPosition,
  });
}

/** Belongs the row to `partialToolCalls`, or to `toolCalls`? */
function isOf({ isPartial }: SourceDocument, partialCalls: boolean): boolean {
  return (isPartial === true) === partialCalls;
}

/** Is this call what `callOf` gives of the row? */
function isCallOf(call: Value | undefined, row: SourceDocument): boolean {
  if (!isObject(call)) return false;
  const { id, name, arguments: args, result, timestamp, textPosition, ...others } = call;
  return (
    sameValue(id, row.toolCallId) &&
    sameValue(name, row.toolName) &&
    sameValue(timestamp, row.timestamp) &&
    sameValue(textPosition, row.textPosition) &&
    isTextOf(args, row.args, row.argsEncoding) &&
    isTextOf(result, row.result, row.resultEncoding) &&
    isNothing(others)
  );
}

/** Is this, as JSON, the text that `textOf` gives? Writing it is spared where the native value says so. */
function isTextOf(text: Value | undefined, value: Fields[string], encoding: Fields[string]): boolean {
  if (typeof text === "string" && value !== undefined && encoding !== "text" && isJsonOf(text, value)) return true;
  return sameJsonText(text, textOf(value, encoding));
}

/** The JSON text a column was read from. */
function textOf(value: Fields[string], encoding: Fields[string]): Fields[string] {
  return value === undefined || encoding === "text" ? value : writeJsonText(value);
}
