import { describe, expect, it } from "vitest";
import { driveWalk, type PageArguments, type WalkedPage } from "../../pipeline/phases/driveWalk.js";
import { CallFailure } from "../../pipeline/remote/callFailure.js";
import { failureOf, impatient } from "../remote/opened.js";

/** Walks over so many documents, of which a page can take so many at a time. */
function walkOver(total: number, mostAtOnce: number, kind: "failed" | "conflict" = "failed") {
  const sizes: number[] = [];
  const call = async ({ cursor, documents }: PageArguments): Promise<WalkedPage> => {
    const from = Number(cursor ?? 0);
    const visited = Math.min(documents, total - from);
    if (visited > mostAtOnce) throw new CallFailure(kind, { path: "unnest:page" });
    sizes.push(documents);
    const isDone = from + visited === total;
    return { cursor: isDone ? null : String(from + visited), isDone, visited, left: 0 };
  };
  return { sizes, call };
}

const drive = async (call: (page: PageArguments) => Promise<WalkedPage>, documents = 100): Promise<number> => {
  let visited = 0;
  const onPage = (page: WalkedPage): void => {
    visited += page.visited;
  };
  await driveWalk({ cursor: null, documents, call, onPage, retries: impatient });
  return visited;
};

describe("a walk", () => {
  it("hands the cursor on until it is done", async () => {
    const { sizes, call } = walkOver(1000, 100);
    expect(await drive(call)).toBe(1000);
    expect(sizes).toHaveLength(10);
  });

  it.each(["failed", "conflict"] as const)("takes smaller pages where one %s, and larger ones again", async (kind) => {
    const { sizes, call } = walkOver(1000, 40, kind);
    expect(await drive(call)).toBe(1000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(40);
    expect(Math.min(...sizes)).toBeGreaterThan(12);
  });

  it("comes through where only single documents do", async () => {
    const { call } = walkOver(20, 1);
    expect(await drive(call)).toBe(20);
  });

  it("ends where a single document does not", async () => {
    const { call } = walkOver(20, 0);
    expect(await failureOf(drive(call))).toMatchObject({ kind: "failed" });
  });

  it("never asks for more than it was told", async () => {
    const { sizes, call } = walkOver(100, 100);
    await drive(call, 7);
    expect(Math.max(...sizes)).toBe(7);
  });

  it.each([
    ["the same cursor again", "x"],
    ["no cursor", null],
  ])("does not go round in circles: %s", async (_name, cursor) => {
    const call = async (): Promise<WalkedPage> => ({ cursor, isDone: false, visited: 0, left: 0 });
    expect(await failureOf(drive(call))).toMatchObject({ kind: "malformed" });
  });
});
