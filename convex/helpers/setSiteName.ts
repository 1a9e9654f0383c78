import type { HelperContext } from "./helperContext.js";
import { requireDocument } from "./requireDocument.js";

/**
 * Names the site behind a url: a column that belongs to the application, and to everybody who cites the url.
 *
 * @param siteName undefined takes the name away
 * @throws ConvexError `document_missing`
 */
export async function setSiteName(
  ctx: HelperContext,
  sourceMetadataId: string,
  siteName: string | undefined,
): Promise<void> {
  const { _id } = await requireDocument(ctx, "sourceMetadata", sourceMetadataId);
  await ctx.unnest.db.patch(_id, { siteName });
}
