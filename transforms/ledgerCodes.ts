import type { EntryKind } from "./defineTransform.js";

/** One code a ledger entry can have. The table in transforms/README.md and the report's words come from here. */
export interface LedgerCode {
  /** `phase-1` … `phase-7`. */
  readonly phases: readonly string[];
  readonly kinds: readonly EntryKind[];
  readonly meaning: string;
  /** What a person does about it. */
  readonly remedy: string;
}

const all = ["phase-1", "phase-2", "phase-3", "phase-4", "phase-5", "phase-6", "phase-7"] as const;
const nothing = "Nothing: the value is in a row, or the entry only tells.";
const keptInLedger =
  "Nothing, unless the value is missed in the application: the ledger holds it, and a rebuild gives it back.";
const correct = "Correct the element in the source and run again, or accept that the ledger alone holds it.";

const code = (
  phase: string | readonly string[],
  kind: EntryKind | readonly EntryKind[],
  meaning: string,
  remedy: string,
): LedgerCode => ({
  phases: typeof phase === "string" ? [phase] : phase,
  kinds: typeof kind === "string" ? [kind] : kind,
  meaning,
  remedy,
});

/** Every code of the ledger (spec 4), by its name, in the order of the phases. */
export const ledgerCodes: Readonly<Record<string, LedgerCode>> = {
  // Any part
  original: code(all, "kept", "A moved field which its rows alone do not give back, whole.", keptInLedger),
  part_too_large: code(
    all,
    "kept",
    "A part of more than 500 rows and entities gives none; its field is held whole.",
    "Shorten the field in the application (it is far beyond normal use) and run again.",
  ),
  row_too_large: code(
    all,
    "rejected",
    "The row of this element would pass Convex's limit of 1 MiB for a document.",
    "Shorten the value in the source, or store it as a file; then run again.",
  ),
  owner_missing: code(
    ["phase-1", "phase-2", "phase-3", "phase-5"],
    "rejected",
    "The user the row would belong to does not exist.",
    "Delete the document that nobody owns, or restore its user, and run again.",
  ),
  unknown_field: code(
    ["phase-1", "phase-2", "phase-7"],
    "kept",
    "A field of an element for which its row has no column, or of a type the column does not hold.",
    keptInLedger,
  ),
  reference_missing: code(
    ["phase-7"],
    "kept",
    "An optional reference that points at nothing is left out of the row.",
    keptInLedger,
  ),

  // Phase 1
  conversation_missing: code(
    ["phase-1", "phase-2", "phase-6"],
    ["rejected", "noted"],
    "The message's conversation does not exist: no rows (rejected), and its tokens count nowhere (noted, phase 6).",
    "Delete the message that no conversation has, and run again.",
  ),
  invalid_attachment: code(
    "phase-1",
    "rejected",
    "An attachment lacks what its row requires, or has it in the wrong type.",
    correct,
  ),
  invalid_storage_id: code("phase-1", "rejected", "The attachment's storageId is no id of a stored file.", correct),
  storage_object_missing: code(
    "phase-1",
    "noted",
    "The attachment's file is not in the export's file storage.",
    "Check whether the file was deleted; the row is imported all the same.",
  ),
  attachment_metadata_field: code(
    "phase-1",
    "kept",
    "A field of an attachment's metadata that the row does not have, or metadata that is no object.",
    keptInLedger,
  ),
  invalid_tool_call: code(
    "phase-1",
    "rejected",
    "A tool call lacks what its row requires, or has it in the wrong type.",
    correct,
  ),
  duplicate_tool_call: code(
    "phase-1",
    "merged",
    "The tool call stands twice in one list; the later one stays.",
    nothing,
  ),
  superseded_partial: code("phase-1", "merged", "The tool call is in both lists; the complete one stays.", nothing),
  settled_partial: code(
    ["phase-1", "phase-2"],
    "noted",
    "A partial tool call of a finished message counts as settled.",
    nothing,
  ),
  text_not_json: code("phase-1", "noted", "Arguments or result are no JSON and stay text.", nothing),
  text_not_representable: code(
    "phase-1",
    "noted",
    "Arguments or result have no faithful native form and stay text.",
    nothing,
  ),

  // Phase 2
  invalid_source: code("phase-2", "rejected", "A source is no object.", correct),
  source_without_url: code("phase-2", "rejected", "A source has no url.", correct),
  source_id_replaced: code(
    "phase-2",
    "kept",
    "The source's id is no free number; its position is counted on.",
    keptInLedger,
  ),
  partial_source_superseded: code("phase-2", "merged", "The message cites this url already.", nothing),
  invalid_source_metadata: code(
    "phase-2",
    "rejected",
    "An entry of sourceMetadata is no object, or has no sourceId.",
    correct,
  ),
  orphan_source_metadata: code(
    "phase-2",
    "rejected",
    "An entry of sourceMetadata belongs to no source of its message.",
    correct,
  ),
  source_metadata_conflict: code(
    "phase-2",
    "merged",
    "Another message's entry for the same url is better (no error, later) and gave the row.",
    nothing,
  ),

  // Phase 3
  invalid_project_id: code("phase-3", "rejected", "A conversation's projectId is no id.", correct),
  project_missing: code(
    "phase-3",
    "rejected",
    "The conversation's project does not exist; a patch removes the reference.",
    "Nothing: the patch mends the conversation. Restore the project before the import if it is missed.",
  ),
  cross_owner_link: code(
    "phase-3",
    "rejected",
    "Conversation and project belong to different users.",
    "Decide whose the conversation is: remove its projectId, or move it to a project of its owner.",
  ),
  missing_from_array: code(
    "phase-3",
    "noted",
    "The project's conversationIds lacked this conversation; the row stands.",
    nothing,
  ),
  invalid_conversation_id: code("phase-3", "rejected", "An element of conversationIds is no id.", correct),
  duplicate_project_link: code(
    "phase-3",
    "merged",
    "The conversation stands in conversationIds more than once.",
    nothing,
  ),
  stale_project_link: code(
    "phase-3",
    "rejected",
    "An element of conversationIds points at a deleted conversation.",
    "Nothing: the array was stale.",
  ),
  project_link_mismatch: code(
    "phase-3",
    "rejected",
    "The conversation in conversationIds names another project or none, or could not be linked.",
    "Nothing if conversations.projectId is right, which is taken as the truth; else set it and run again.",
  ),

  // Phase 4
  invalid_preference: code("phase-4", "rejected", "The field preferences is no object.", correct),
  preference_uncategorized: code(
    "phase-4",
    "noted",
    "A preference that no list names; it is in category advanced.",
    nothing,
  ),
  preference_null: code(
    "phase-4",
    "kept",
    "A preference that is null has no row and reads as its default.",
    keptInLedger,
  ),
  preference_too_long: code(
    "phase-4",
    "noted",
    "A text longer than users may write now; it is migrated as it is.",
    "Nothing: the limit holds the next time the user writes it.",
  ),

  // Phase 5
  invalid_bookmark_tag: code("phase-5", "rejected", "A bookmark's tag is no text.", correct),
  invalid_snippet_tag: code("phase-5", "rejected", "A snippet's tag is no text.", correct),
  invalid_note_tag: code("phase-5", "rejected", "A note's tag is no text.", correct),
  invalid_feedback_tag: code("phase-5", "rejected", "A feedback's tag is no text.", correct),
  invalid_feedback_tag_name: code("phase-5", "rejected", "A name in feedbackTags is no text.", correct),
  empty_tag: code("phase-5", "rejected", "Nothing is left of the tag once it is trimmed.", "Nothing: it named no tag."),
  tag_too_long: code(
    "phase-5",
    "rejected",
    "The tag has more than 16 levels or 256 bytes.",
    "Shorten the tag in the source and run again.",
  ),
  duplicate_tag: code("phase-5", "merged", "The document spells the same tag more than once.", nothing),
  tag_color_conflict: code(
    "phase-5",
    "kept",
    "Another row of feedbackTags gave the tag its color, being later.",
    keptInLedger,
  ),

  // Phase 6
  token_usage_cache: code(
    "phase-6",
    "kept",
    "The conversation's cached sums, which the messages' sums replace.",
    nothing,
  ),
  token_usage_drift: code("phase-6", "noted", "The cached messagesTokens differed from the messages' sum.", nothing),
  invalid_token_count: code(
    "phase-6",
    "noted",
    "A message's token count is no integer in 0 to 10⁹ and counts 0.",
    "Nothing, unless the message's count can be corrected: the message keeps it.",
  ),

  // Phase 7
  message_count_drift: code(
    "phase-7",
    "repaired",
    "The conversation's messageCount differed from its messages or was missing; a patch sets it.",
    nothing,
  ),
  invalid_memory_metadata: code("phase-7", "rejected", "A memory's metadata lacks what its row requires.", correct),
  invalid_memory_source: code("phase-7", "rejected", "An element of sourceMessageIds is no id.", correct),
  memory_source_missing: code(
    "phase-7",
    "rejected",
    "A memory cites a deleted message.",
    "Nothing: the memory keeps its field.",
  ),
};
