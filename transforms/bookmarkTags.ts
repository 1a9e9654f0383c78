import { entityTags } from "./entityTags.js";

/** Phase 5: tags of bookmarks, which are their owner's. */
export const bookmarkTags = entityTags({
  part: "bookmark/tags",
  table: "bookmarks",
  element: "bookmarkTag",
  invalid: "invalid_bookmark_tag",
  links: "bookmarkTags",
  linkColumn: "bookmarkId",
  scope: "user",
});
