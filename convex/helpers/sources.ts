/** Helpers for what a message cites. */
import { ConvexError } from "convex/values";
import { sameValue } from "../../transforms/sameValue.js";
import { sources } from "../../transforms/sources.js";
import { withoutAbsent } from "../../transforms/withoutAbsent.js";
import { editPart } from "./editPart.js";
import type { HelperContext } from "./helperContext.js";
import { objectsOf, orAbsent, refuseMisfit } from "./movedArray.js";

export interface SourceWrite {
  /** The citation marker: "1", "2", … */
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly publishedDate?: string | undefined;
  readonly snippet?: string | undefined;
}

export interface SourceMetadataWrite {
  /** The `id` of a source of the message. */
  readonly sourceId: string;
  readonly domain: string;
  readonly ogTitle?: string | undefined;
  readonly ogDescription?: string | undefined;
  readonly ogImage?: string | undefined;
  readonly favicon?: string | undefined;
  /** In ms. */
  readonly fetchedAt?: number | undefined;
  readonly error?: string | undefined;
}

/**
 * Makes these the sources of a message, partial ones included. What is known of a url stays where it is cited under the same
 * id as before; else it would be told of another one.
 *
 * @throws ConvexError `document_missing`, `invalid_value`, `source_without_url` and what `editPart` refuses
 */
export async function replaceSources(
  ctx: HelperContext,
  messageId: string,
  cited: readonly SourceWrite[],
): Promise<void> {
  const elements = cited.map((source) => withoutAbsent({ ...source }));
  for (const element of elements) {
    refuseMisfit("messages", messageId, "sources", element);
    if (element.url === "")
      throw new ConvexError({ code: "source_without_url", table: "messages", documentId: messageId });
  }
  await editPart(ctx.unnest, sources, messageId, (message) => {
    const before = [...objectsOf(message, "sources"), ...objectsOf(message, "partialSources")];
    const urlOf = (id: unknown, all: typeof before) => all.find((source) => source.id === id)?.url;
    const staying = objectsOf(message, "sourceMetadata").filter(({ sourceId }) => {
      const url = urlOf(sourceId, elements);
      return url !== undefined && sameValue(url, urlOf(sourceId, before));
    });
    return { sources: orAbsent(elements), partialSources: undefined, sourceMetadata: orAbsent(staying) };
  });
}

/**
 * Says what was found at urls a message cites. An entry takes the place of the one its source had in this message; rows, which
 * messages share, keep the best that any of them says.
 *
 * @throws ConvexError `document_missing`, `invalid_value`, `source_missing` and what `editPart` refuses
 */
export async function addSourceMetadata(
  ctx: HelperContext,
  messageId: string,
  entries: readonly SourceMetadataWrite[],
): Promise<void> {
  const byId = new Map(entries.map((entry) => [entry.sourceId, withoutAbsent({ ...entry })]));
  for (const element of byId.values()) refuseMisfit("messages", messageId, "sourceMetadata", element);
  await editPart(ctx.unnest, sources, messageId, (message) => {
    const cited = [...objectsOf(message, "sources"), ...objectsOf(message, "partialSources")];
    const known = new Set(cited.map(({ id }) => id));
    for (const sourceId of byId.keys()) {
      if (!known.has(sourceId))
        throw new ConvexError({ code: "source_missing", table: "messages", documentId: messageId, sourceId });
    }
    const others = objectsOf(message, "sourceMetadata").filter(({ sourceId }) => !byId.has(String(sourceId)));
    return { sourceMetadata: orAbsent([...others, ...byId.values()]) };
  });
}
