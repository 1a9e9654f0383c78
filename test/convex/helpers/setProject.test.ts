import type { GenericId } from "convex/values";
import { describe, expect, test } from "vitest";
import { setProject } from "../../../convex/helpers/setProject.js";
import { conversationIds } from "../../../transforms/conversationIds.js";
import { projectLink } from "../../../transforms/projectLink.js";
import { all, deploy, put } from "../deployment.js";
import { aConversation, aUser } from "../documents.js";
import { expectInStep } from "../dualWrite/inStep.js";
import { act, bring, partValue, refusal, steps } from "./act.js";

async function world() {
  const deployment = deploy();
  const user = await put(deployment, "users", aUser());
  const project = async (userId: GenericId<"users">) =>
    await put(deployment, "projects", { userId, name: "P", conversationIds: [], createdAt: 1, updatedAt: 1 });
  const [first, second] = [await project(user), await project(user)];
  const inFirst = () => put(deployment, "conversations", aConversation(user, { projectId: first }));
  const [a, b, c] = [await inFirst(), await inFirst(), await inFirst()];
  await deployment.run(({ db }) => db.patch(first, { conversationIds: [a, b, c] }));
  return { deployment, user, project, first, second, a, b, c };
}

describe.each(steps)("at step %s", (step) => {
  test("a conversation moves: its link, and both projects' arrays", async () => {
    const { deployment, first, second, a, b, c } = await world();
    await bring(deployment, "phase-3", step, [projectLink, conversationIds]);
    await act(deployment, (ctx) => setProject(ctx, a, second));
    const links = (await all(deployment, "projectConversations")).map((row) => [row.projectId, row.conversationId]);
    const expected = [
      [second, a],
      [first, b],
      [first, c],
    ];
    expect(links).toEqual(step === "off" ? [] : expected);
    expect(await partValue(deployment, conversationIds, first, step)).toEqual({ conversationIds: [b, c] });
    expect(await partValue(deployment, conversationIds, second, step)).toEqual({ conversationIds: [a] });
    await expectInStep(deployment);

    await act(deployment, (ctx) => setProject(ctx, a, null));
    expect((await partValue(deployment, conversationIds, second, step)).conversationIds ?? []).toEqual([]);
    expect((await all(deployment, "conversations"))[0]).not.toHaveProperty("projectId");
    await expectInStep(deployment);
  });

  test("of two assignments at once one link is left, the later one's", async () => {
    const { deployment, first, second, a, b, c } = await world();
    await bring(deployment, "phase-3", step, [projectLink, conversationIds]);
    await act(deployment, (ctx) => setProject(ctx, a, null));
    await Promise.all([
      act(deployment, (ctx) => setProject(ctx, a, first)),
      act(deployment, (ctx) => setProject(ctx, a, second)),
    ]);
    const links = (await all(deployment, "projectConversations")).filter((row) => row.conversationId === a);
    if (step !== "off") expect(links.map(({ projectId }) => projectId)).toEqual([second]);
    expect(await partValue(deployment, conversationIds, first, step)).toEqual({ conversationIds: [b, c] });
    expect(await partValue(deployment, conversationIds, second, step)).toEqual({ conversationIds: [a] });
  });

  test("the project it is in already changes nothing", async () => {
    const { deployment, first, a, b, c } = await world();
    await bring(deployment, "phase-3", step, [projectLink, conversationIds]);
    await act(deployment, (ctx) => setProject(ctx, b, first));
    expect(await partValue(deployment, conversationIds, first, step)).toEqual({ conversationIds: [a, b, c] });
    await expectInStep(deployment);
  });
});

test("cleaned, a project whose array still stands loses what it held elsewhere, and gives the rest back", async () => {
  const { deployment, first, second, a, b, c } = await world();
  await bring(deployment, "phase-3", "cleaned", [projectLink]);
  await act(deployment, (ctx) => setProject(ctx, b, second));
  expect(await partValue(deployment, conversationIds, first, "cleaned")).toEqual({ conversationIds: [a, c] });
  expect(await partValue(deployment, conversationIds, second, "cleaned")).toEqual({ conversationIds: [b] });
  expect((await all(deployment, "projects"))[0]).not.toHaveProperty("conversationIds");
});

test("another's project is refused, and so is one that is not there", async () => {
  const { deployment, project, first, a } = await world();
  const stranger = await put(deployment, "users", aUser());
  const theirs = await project(stranger);
  expect(await refusal(deployment, (ctx) => setProject(ctx, a, theirs))).toBe("cross_owner_link");
  expect(await refusal(deployment, (ctx) => setProject(ctx, a, a))).toBe("document_missing");
  expect(await refusal(deployment, (ctx) => setProject(ctx, first, null))).toBe("document_missing");
  expect((await all(deployment, "conversations"))[0]?.projectId).toBe(first);
});
