import { entityTags } from "./entityTags.js";

/** Phase 5: tags of notes, which are their owner's. */
export const noteTags = entityTags({
  part: "note/tags",
  table: "notes",
  element: "noteTag",
  invalid: "invalid_note_tag",
  links: "noteTags",
  linkColumn: "noteId",
  scope: "user",
});
