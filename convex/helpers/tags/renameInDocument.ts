/** Renaming where arrays hold the tags: each array that has the old name is edited, and its links follow by its sync. */
import type { Transform } from "../../../transforms/defineTransform.js";
import { feedbackTag } from "../../../transforms/feedbackTag.js";
import { tagSlug } from "../../../transforms/tagSlug.js";
import { rangeBy, type StoredDocument } from "../../documents.js";
import { withPartValue } from "../../sync/partValue.js";
import { phaseOf, type Sync } from "../../sync/sync.js";
import { syncOrQueue } from "../../sync/syncOrQueue.js";
import { editPart } from "../editPart.js";
import { elementsOf } from "../movedArray.js";
import { growTag, type Renaming, renamed, type TagOwner, tagOf } from "./tagTree.js";

/** Renames tags in one document, whichever side holds them; costs nothing beyond reading it where it has none of them. */
export async function renameInDocument(
  sync: Sync,
  transform: Transform,
  document: StoredDocument,
  owner: TagOwner,
  renaming: Renaming,
): Promise<void> {
  const { step } = phaseOf(sync, transform);
  const tags = textsOf(await withPartValue(sync.db, transform, document, step));
  const met = tags.filter((text) => renamed(text, renaming) !== null);
  if (met.length === 0) return;
  for (const text of met) await carryAppearance(sync, owner, text, renaming);
  await editPart(sync, transform, document._id, (valued) => ({ tags: renamedAll(textsOf(valued), renaming) }));
}

/** Renames an entry of the autocomplete list `feedbackTags`; where another one has the name already, that one takes over its uses. */
export async function renameListed(
  sync: Sync,
  document: StoredDocument,
  owner: TagOwner,
  renaming: Renaming,
): Promise<void> {
  const next = renamed(String(document.name), renaming);
  if (next === null) return;
  await carryAppearance(sync, owner, String(document.name), renaming);
  const named = rangeBy(sync.db, "feedbackTags", "by_name", [["name", next.name]]);
  const other = await named.first();
  if (other === null) {
    await sync.db.patch(document._id, { name: next.name });
    await syncOrQueue(sync, feedbackTag, document._id);
  } else {
    await sync.db.patch(other._id, { usageCount: Number(other.usageCount) + Number(document.usageCount) });
    await sync.db.delete(document._id);
  }
}

function textsOf(document: Parameters<typeof elementsOf>[0]): string[] {
  return elementsOf(document, "tags").filter((tag): tag is string => typeof tag === "string");
}

/** A renamed tag that the array has already, by whatever spelling, goes. */
function renamedAll(tags: readonly string[], renaming: Renaming): string[] {
  const seen = new Set(tags.filter((text) => renamed(text, renaming) === null).map(tagSlug));
  return tags.flatMap((text) => {
    const next = renamed(text, renaming);
    if (next === null) return [text];
    const slug = tagSlug(next.name);
    if (seen.has(slug)) return [];
    seen.add(slug);
    return [next.name];
  });
}

/** A tag that is born by a renaming looks like the one it was. */
async function carryAppearance(sync: Sync, owner: TagOwner, text: string, renaming: Renaming): Promise<void> {
  const next = renamed(text, renaming);
  const before = next && (await tagOf(sync.db, owner, tagSlug(text)));
  if (!next || !before) return;
  const slug = tagSlug(next.name);
  if ((await tagOf(sync.db, owner, slug)) !== null) return;
  await growTag(sync, owner, next.name, next.levels);
  const { color, description } = before;
  const born = await tagOf(sync.db, owner, slug);
  if (born !== null) await sync.db.patch(born._id, { color, description });
}
