import { expect, test } from "vitest";
import { anyReader } from "../../../convex/documents.js";
import { editPart } from "../../../convex/helpers/editPart.js";
import { rebuiltFields } from "../../../convex/sync/storedPart.js";
import { startSync } from "../../../convex/sync/sync.js";
import { syncPart } from "../../../convex/sync/syncPart.js";
import { bookmarkTags } from "../../../transforms/bookmarkTags.js";
import { sources } from "../../../transforms/sources.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { conversed } from "../conversed.js";
import { all, put, setStep } from "../deployment.js";
import { aCall, aMessage } from "../documents.js";

test("a part's rows become what its transform gives, and go with the document", async () => {
  const { deployment, conversation } = await conversed();
  await setStep(deployment, "phase-1", "dual-write");
  const message = await put(deployment, "messages", aMessage(conversation, { toolCalls: [aCall("a"), aCall("b")] }));
  const sync = () => deployment.run(async (ctx) => await syncPart(await startSync(ctx), toolCalls, message));
  expect(await sync()).toEqual({ inserted: 2, patched: 0, deleted: 0 });
  expect(await sync()).toEqual({ inserted: 0, patched: 0, deleted: 0 });
  await deployment.run(({ db }) => db.patch(message, { toolCalls: [aCall("b", { result: "[1]" })] }));
  expect(await sync()).toEqual({ inserted: 0, patched: 1, deleted: 1 });
  expect(await all(deployment, "toolCalls")).toMatchObject([{ toolCallId: "b", position: 0, result: [1] }]);
  await deployment.run(({ db }) => db.delete(message));
  expect(await sync()).toEqual({ inserted: 0, patched: 0, deleted: 1 });
  expect(await all(deployment, "toolCalls")).toEqual([]);
});

test("citations make their url's metadata, and touches that add up", async () => {
  const { deployment, conversation } = await conversed();
  await setStep(deployment, "phase-2", "dual-write");
  const cited = [
    { id: "1", title: "A", url: "https://a.example/" },
    { id: "2", title: "A again", url: "https://a.example" },
  ];
  const sourceMetadata = [{ sourceId: "1", domain: "a.example", ogTitle: "A!", fetchedAt: 9 }];
  const message = await put(deployment, "messages", aMessage(conversation, { sources: cited, sourceMetadata }));
  await deployment.run(async (ctx) => await syncPart(await startSync(ctx), sources, message));
  const [metadata, ...more] = await all(deployment, "sourceMetadata");
  expect(more).toEqual([]);
  expect(metadata).toMatchObject({
    url: "https://a.example/",
    title: "A!",
    enriched: true,
    enrichedAt: 9,
    accessCount: 0,
  });
  expect(await all(deployment, "sources")).toMatchObject([
    { position: 1, sourceMetadataId: metadata?._id },
    { position: 2, sourceMetadataId: metadata?._id },
  ]);
  expect(await all(deployment, "unnestTouches")).toMatchObject([
    { kind: "sourceMetadata", key: metadata?._id, delta: { accessCount: 2, firstSeenAt: 3, lastAccessedAt: 3 } },
  ]);
});

test("under authority new an edit writes rows, removes the old field, and keeps what rows do not give back", async () => {
  const { deployment, user, conversation } = await conversed();
  const message = await put(deployment, "messages", aMessage(conversation));
  const tags = ["Work/Project", "work//project/", ""];
  const bookmark = await put(deployment, "bookmarks", {
    userId: user,
    messageId: message,
    conversationId: conversation,
    tags,
    createdAt: 4,
  });
  await setStep(deployment, "phase-5", "dual-write");
  await deployment.run(async (ctx) => await syncPart(await startSync(ctx), bookmarkTags, bookmark));
  await setStep(deployment, "phase-5", "cleaned");
  const edit = (added: string) =>
    deployment.run(async (ctx) =>
      editPart(await startSync(ctx), bookmarkTags, bookmark, ({ tags: before }) => ({
        tags: [...((before as string[]) ?? []), added],
      })),
    );
  await edit("New");
  await edit("Newer");
  expect(await all(deployment, "bookmarks")).toMatchObject([{ _id: bookmark }]);
  expect((await all(deployment, "bookmarks"))[0]).not.toHaveProperty("tags");
  const rebuilt = await deployment.run(async ({ db }) => {
    const document = await db.get(bookmark);
    return await rebuiltFields(anyReader(db), bookmarkTags, document as never);
  });
  expect(rebuilt).toEqual({ tags: [...tags, "New", "Newer"] });
  expect((await all(deployment, "tags")).map(({ slug }) => slug)).toEqual(["work", "work/project", "new", "newer"]);
});
