/** Helpers for a message's tool calls. */
import type { Value } from "convex/values";
import type { Fields, SourceDocument } from "../../transforms/defineTransform.js";
import { isStreaming } from "../../transforms/isStreaming.js";
import { writeJsonText } from "../../transforms/jsonText.js";
import { toolCalls } from "../../transforms/toolCalls.js";
import { withoutAbsent } from "../../transforms/withoutAbsent.js";
import { editPart } from "./editPart.js";
import type { HelperContext } from "./helperContext.js";
import { type ElementFields, objectsOf, orAbsent, refuseMisfit } from "./movedArray.js";

export interface ToolCallWrite {
  readonly id: string;
  readonly name: string;
  /** A text is taken as it is, JSON or not; every other value is written as JSON, once. */
  readonly arguments: Value;
  /** The same; one that is left out keeps what is there. */
  readonly result?: Value | undefined;
  /** In ms; left out, what is there stays, and a new call is of now. */
  readonly timestamp?: number | undefined;
  /** Where in the message's text the call stands; left out, what is there stays. */
  readonly textPosition?: number | undefined;
}

/**
 * Writes a tool call of a message: partial while the message is streamed, until `completeToolCalls`. The call of an id that is
 * there already takes what the write brings and stays one, at its place.
 *
 * @throws ConvexError `document_missing`, `invalid_value` and what `editPart` refuses
 */
export async function upsertToolCall(ctx: HelperContext, messageId: string, call: ToolCallWrite): Promise<void> {
  await editPart(ctx.unnest, toolCalls, messageId, (message) => {
    const lists = { complete: objectsOf(message, "toolCalls"), partial: objectsOf(message, "partialToolCalls") };
    const isOfId = ({ id }: ElementFields) => id === call.id;
    const there = latest(lists.complete.filter(isOfId)) ?? latest(lists.partial.filter(isOfId));
    const written = merged(there, call);
    refuseMisfit("messages", messageId, "toolCalls", written);
    const isPartial = isStreaming(message.status) && !lists.complete.some(isOfId);
    return {
      toolCalls: orAbsent(put(lists.complete, call.id, isPartial ? null : written)),
      partialToolCalls: orAbsent(put(lists.partial, call.id, isPartial ? written : null)),
    };
  });
}

/**
 * Settles the partial tool calls of a message: each becomes a complete one, behind those there are; of one that is in both
 * lists the complete values count. Does nothing where none is partial.
 *
 * @throws ConvexError `document_missing` and what `editPart` refuses
 */
export async function completeToolCalls(ctx: HelperContext, messageId: string): Promise<void> {
  await editPart(ctx.unnest, toolCalls, messageId, settled);
}

function settled(message: SourceDocument): Fields {
  const settledById = new Map<Value | undefined, ElementFields>();
  for (const call of objectsOf(message, "partialToolCalls")) settledById.set(call.id, call);
  const complete = objectsOf(message, "toolCalls").map((call) => {
    const partial = settledById.get(call.id);
    settledById.delete(call.id);
    return partial === undefined ? call : { ...partial, ...call };
  });
  return { toolCalls: orAbsent([...complete, ...settledById.values()]), partialToolCalls: undefined };
}

function merged(there: ElementFields | undefined, call: ToolCallWrite): ElementFields {
  const { result, timestamp = there?.timestamp ?? Date.now() } = call;
  const brought = {
    ...call,
    arguments: textOf(call.arguments),
    result: result === undefined ? undefined : textOf(result),
  };
  return withoutAbsent({ ...there, ...withoutAbsent({ ...brought, timestamp }) });
}

/** A string may hold JSON already: encoding it again would make it a text of a text. */
function textOf(value: Value): string {
  return typeof value === "string" ? value : writeJsonText(value);
}

/** Of one id in one list the latest stays, as in the mapping. */
function latest(calls: readonly ElementFields[]): ElementFields | undefined {
  return calls.reduce<ElementFields | undefined>(
    (held, call) => (held === undefined || !(Number(call.timestamp) < Number(held.timestamp)) ? call : held),
    undefined,
  );
}

/** The list with the call where its id first stood, else at the end; null takes it out. */
function put(calls: readonly ElementFields[], id: string, call: ElementFields | null): readonly ElementFields[] {
  const first = calls.findIndex((other) => other.id === id);
  const others = calls.filter((other) => other.id !== id);
  return call === null ? others : others.toSpliced(first < 0 ? others.length : first, 0, call);
}
