import { defineTransform } from "./defineTransform.js";
import { jsonPointer } from "./jsonPointer.js";
import { startPart } from "./partBuilder.js";
import { tagMentions } from "./tagMention.js";
import { tagLevels } from "./tagSlug.js";

const element = "feedbackTagName";

/**
 * Phase 5: a name of the autocomplete list `feedbackTags` → mentions of a global tag. Whether it becomes the tag's row or
 * is merged into one (a second name of one slug, a tag some feedback has) is for the set rule, which sees them all.
 */
export const feedbackTag = defineTransform({
  part: "feedbackTag/tag",
  phase: "phase-5",
  table: "feedbackTags",
  moves: [],
  reads: { fields: ["name", "color", "createdAt"], lookups: {} },
  elements: { [element]: "tags" },
  writes: {},
  mentions: ["tags"],

  map({ document }) {
    const { name, color, createdAt } = document;
    const part = startPart(document, []);
    if (name === undefined) return part.finish();
    const path = jsonPointer("name");
    part.found(element);
    const levels = typeof name === "string" ? tagLevels(name) : "invalid_feedback_tag_name";
    if (typeof name !== "string" || typeof levels === "string") {
      part.rejected(element, {
        code: typeof levels === "string" ? levels : "invalid_feedback_tag_name",
        path,
        value: name,
      });
    } else if (typeof createdAt !== "number") {
      part.rejected(element, { code: "invalid_feedback_tag_name", path, value: name, detail: "createdAt" });
    } else {
      const mentions = tagMentions(name, levels, {
        scope: "global",
        userId: null,
        origin: "name",
        usedAt: createdAt,
        color: typeof color === "string" ? color : undefined,
      });
      mentions.forEach((mention, depth) => {
        if (depth < mentions.length - 1) part.mention(mention);
        else part.undecided(element, mention);
      });
    }
    return part.finish();
  },

  elementsOf({ name }) {
    return name === undefined ? [] : [{ element, path: jsonPointer("name"), value: name }];
  },

  rebuild: () => ({}),
});
