import { z } from "zod";
import { CallFailure } from "../remote/callFailure.js";
import { type RetryOptions, withRetries } from "../remote/withRetries.js";

/** What every page of a walk in the deployment answers. */
export const walkedPage = z.object({
  /** Where the next page begins; null when there is none. */
  cursor: z.string().max(100_000).nullable(),
  isDone: z.boolean(),
  /** Documents this page looked at. */
  visited: z.number().int().nonnegative(),
  /** Documents of all pages so far at which something is left. */
  left: z.number().int().nonnegative(),
});

export type WalkedPage = z.infer<typeof walkedPage>;

/** Arguments of a page. */
export interface PageArguments {
  readonly cursor: string | null;
  readonly documents: number;
}

export interface WalkDrive<Page extends WalkedPage> {
  /** Where to begin; null at the beginning. */
  readonly cursor: string | null;
  /** Documents a page at most. */
  readonly documents: number;
  readonly call: (page: PageArguments) => Promise<Page>;
  /** Is no further page wanted, though there are some? */
  readonly isEnough?: (page: Page) => boolean;
  /** Told of each page once it is done; what it returns is awaited before the next one. */
  readonly onPage: (page: Page) => Promise<void> | void;
  readonly retries: RetryOptions;
}

/** Documents a page has at most; the deployment's own bound. */
export const mostDocuments = 100;

/**
 * Drives a walk to its end, a page after the other. A page that fails, or goes on losing against users' writes, is asked for again
 * with half as many documents, down to one; later ones grow again.
 *
 * @throws CallFailure of the page that could not be had
 */
export async function driveWalk<Page extends WalkedPage>(drive: WalkDrive<Page>): Promise<void> {
  let { cursor, documents } = drive;
  for (;;) {
    let page: Page;
    try {
      page = await withRetries(() => drive.call({ cursor, documents }), drive.retries);
    } catch (error) {
      const isTooMuch = error instanceof CallFailure && (error.kind === "failed" || error.kind === "conflict");
      if (!isTooMuch || documents === 1) throw error;
      documents = Math.floor(documents / 2);
      continue;
    }
    // Or the walk would never end.
    if (!page.isDone && (page.cursor === null || page.cursor === cursor))
      throw new CallFailure("malformed", { path: "page", status: 200, detail: "its cursor" });
    await drive.onPage(page);
    if (page.isDone || drive.isEnough?.(page) === true) return;
    cursor = page.cursor;
    documents = Math.min(drive.documents, Math.ceil(documents * 1.2));
  }
}
