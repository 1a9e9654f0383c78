import { entityTags } from "./entityTags.js";

/** Phase 5: tags of feedback, which are global. */
export const feedbackTags = entityTags({
  part: "feedback/tags",
  table: "feedback",
  element: "feedbackTag",
  invalid: "invalid_feedback_tag",
  links: "feedbackTagJunctions",
  linkColumn: "feedbackId",
  scope: "global",
});
