import { entityTags } from "./entityTags.js";

/** Phase 5: tags of snippets, which are their owner's. */
export const snippetTags = entityTags({
  part: "snippet/tags",
  table: "snippets",
  element: "snippetTag",
  invalid: "invalid_snippet_tag",
  links: "snippetTags",
  linkColumn: "snippetId",
  scope: "user",
});
