/** Phase 1: each element of `messages.attachments` becomes one row of `attachments`. */
import type { Value } from "convex/values";
import {
  defineTransform,
  type Environment,
  type Fields,
  type PartInput,
  type SourceDocument,
  type StoredPart,
} from "./defineTransform.js";
import { type ElementShape, keepStrayFields, lackingField, numberOf, textOf } from "./elementShape.js";
import {
  type MessageColumns,
  messageColumns,
  messageOwnerFields,
  messageOwnerLookups,
  rejectElements,
} from "./messageOwner.js";
import { type MovedElement, movedElements } from "./movedElements.js";
import { type PartBuilder, startPart } from "./partBuilder.js";
import { isRowTooLarge } from "./rowSize.js";
import { isObject } from "./sameValue.js";
import { rowsInOrder } from "./storedRows.js";
import { withoutAbsent } from "./withoutAbsent.js";

const element = "attachment";

const attachmentShape = {
  required: { type: "string", name: "string", storageId: "string", mimeType: "string", size: "number" },
  optional: { metadata: "any" },
} as const satisfies ElementShape;

const metadataShape = {
  required: {},
  optional: {
    width: "number",
    height: "number",
    duration: "number",
    prompt: "string",
    model: "string",
    generationTime: "number",
  },
} as const satisfies ElementShape;

const types: readonly (Value | undefined)[] = ["image", "file", "audio"];

export const attachments = defineTransform({
  part: "message/attachments",
  phase: "phase-1",
  table: "messages",
  moves: ["attachments"],
  reads: {
    fields: [...messageOwnerFields, "attachments"],
    lookups: { ...messageOwnerLookups, storage: { via: "attachments[].storageId", table: "_storage", fields: [] } },
  },
  elements: { attachment: "attachments" },
  writes: { attachments: "messageId" },
  mentions: [],

  map(input) {
    const { document } = input;
    const part = startPart(document, ["attachments"]);
    const elements = elementsOf(document);
    if (elements.length === 0) return part.finish();
    const columns = messageColumns(input);
    if ("lacking" in columns) return rejectElements(part, elements, columns, { attachment: "invalid_attachment" });
    for (const found of elements) mapAttachment(part, found, columns, input);
    return part.finish();
  },

  elementsOf,

  rebuild({ rows, kept }: StoredPart): Fields {
    if (kept.attachments !== undefined) return { attachments: kept.attachments };
    const stored = rowsInOrder(rows.attachments);
    if (stored.length === 0) return {};
    return {
      attachments: stored.map(({ type, name, storageId, mimeType, size, metadata }) =>
        withoutAbsent({ type, name, storageId, mimeType, size, metadata }),
      ),
    };
  },

  identity: ({ position }) => String(position),
});

function elementsOf(document: SourceDocument): MovedElement[] {
  return movedElements(document, "attachments", element);
}

function mapAttachment(
  part: PartBuilder,
  found: MovedElement,
  columns: MessageColumns,
  { environment, lookupMany }: PartInput,
): void {
  const { path, value } = found;
  part.found(element);
  const read = readAttachment(found, columns, environment);
  if ("code" in read) {
    part.rejected(element, { ...read, path, value });
    return;
  }
  const { attachment, row } = read;
  part.row({ table: "attachments", value: row, refs: [], element, path });
  keepStrayFields(part, attachment, attachmentShape, path);
  const { metadata } = attachment;
  if (isObject(metadata)) {
    keepStrayFields(part, metadata, metadataShape, `${path}/metadata`, "attachment_metadata_field");
  } else if (metadata !== undefined) {
    part.keptPart({ code: "attachment_metadata_field", path: `${path}/metadata`, value: metadata });
  }
  if (environment.storageListed && !lookupMany.storage?.has(row.storageId)) {
    part.noted({ code: "storage_object_missing", path: `${path}/storageId` });
  }
}

interface Attachment {
  readonly attachment: Record<string, Value | undefined>;
  readonly row: Fields & { readonly storageId: string };
}

interface Refusal {
  readonly code: "invalid_attachment" | "invalid_storage_id" | "row_too_large";
  readonly detail?: string;
}

function readAttachment(
  { value, index }: MovedElement,
  columns: MessageColumns,
  environment: Environment,
): Attachment | Refusal {
  if (index === null || !isObject(value)) return { code: "invalid_attachment" };
  // The more specific code wins (spec 4): an absent id is as little a canonical one as a wrong text is.
  const storageId = textOf(value.storageId);
  if (storageId === undefined || !environment.isIdOf("_storage", storageId)) return { code: "invalid_storage_id" };
  const lacking = types.includes(value.type) ? lackingField(value, attachmentShape) : "type";
  if (lacking !== null) return { code: "invalid_attachment", detail: `field ${lacking}` };
  const { type, name, mimeType, size } = value;
  const metadata = isObject(value.metadata) ? knownMetadata(value.metadata) : undefined;
  const { messageId, conversationId, userId, createdAt } = columns;
  // Written out, since spreading objects costs as much as all the rest.
  const row = {
    messageId,
    conversationId,
    userId,
    createdAt,
    position: index,
    type,
    name,
    storageId,
    mimeType,
    size,
    metadata,
  };
  return isRowTooLarge(row) ? { code: "row_too_large" } : { attachment: value, row };
}

function knownMetadata(metadata: Record<string, Value | undefined>): Record<string, Value> {
  return withoutAbsent({
    width: numberOf(metadata.width),
    height: numberOf(metadata.height),
    duration: numberOf(metadata.duration),
    prompt: textOf(metadata.prompt),
    model: textOf(metadata.model),
    generationTime: numberOf(metadata.generationTime),
  });
}
