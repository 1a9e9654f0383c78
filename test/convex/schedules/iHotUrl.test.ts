import { expect, test } from "vitest";
import { openDelta } from "../../../convex/aggregates/openDelta.js";
import { wrapDatabase } from "../../../convex/dualWrite/wrapDatabase.js";
import { startSync } from "../../../convex/sync/sync.js";
import { drainTouches } from "../aggregates/drainTouches.js";
import { all, deploy, put, setStep } from "../deployment.js";
import { aConversation, aMessage, aUser } from "../documents.js";

const citing = 200;

test("(i) 200 messages citing one url at once: no user writes its metadata, and the count is exact after the fold", async () => {
  const deployment = deploy();
  const user = await put(deployment, "users", aUser());
  const conversation = await put(deployment, "conversations", aConversation(user));
  await setStep(deployment, "phase-2", "dual-write");
  /** Documents that users' transactions changed; what they read while another one changes it would make them start again. */
  const written = new Set<unknown>();
  const cite = (createdAt: number) =>
    deployment.run(async (ctx) => {
      const recording = new Proxy(ctx.db, {
        get: (db, name) => {
          if (name !== "patch" && name !== "replace" && name !== "delete") return Reflect.get(db, name);
          return (...given: [never]) => {
            for (const part of given) written.add(part);
            return (Reflect.get(db, name) as (...args: unknown[]) => unknown).apply(db, given);
          };
        },
      });
      const sync = await startSync({ ...ctx, db: recording });
      const sources = [{ id: "1", title: "A", url: "https://a.example" }];
      return await wrapDatabase(sync, recording).insert("messages", aMessage(conversation, { sources, createdAt }));
    });
  const messages = await Promise.all(Array.from({ length: citing }, (_, n) => cite(1_000 + n)));

  expect(await all(deployment, "sources")).toHaveLength(citing);
  const [metadata, ...more] = await all(deployment, "sourceMetadata");
  expect(more).toEqual([]);
  expect(metadata).toMatchObject({ accessCount: 0 });
  expect(written.has(metadata?._id)).toBe(false);
  const open = await deployment.run(async ({ db }) => openDelta(db, "sourceMetadata", metadata?._id ?? ""));
  expect(open).toEqual({ accessCount: citing, firstSeenAt: 1_000, lastAccessedAt: 1_199 });

  expect(await drainTouches(deployment)).toEqual({ folded: citing, dropped: 0 });
  expect(await all(deployment, "sourceMetadata")).toMatchObject([
    { accessCount: citing, firstSeenAt: 1_000, lastAccessedAt: 1_199 },
  ]);
  const [gone] = messages;
  await deployment.run(async (ctx) => wrapDatabase(await startSync(ctx), ctx.db).delete(gone as never));
  await drainTouches(deployment);
  expect(await all(deployment, "sourceMetadata")).toMatchObject([{ accessCount: citing - 1, firstSeenAt: 1_000 }]);
});
