import { expect, test } from "vitest";
import { ImportRefused } from "../../../pipeline/embedded/archive/importRefused.js";
import { importSnapshot } from "../../../pipeline/embedded/archive/importSnapshot.js";
import { zipFile } from "../../convexFormat/zips.js";
import { type BadPackage, badPackages } from "./badPackages.js";
import { idsOf, library, packageFile } from "./library.js";

async function pathOf({ content }: BadPackage): Promise<string> {
  return typeof content === "function" ? await zipFile(await content()) : await packageFile(content);
}

test("the corpus holds more than thirty packages, no two of one name", () => {
  expect(new Set(badPackages.map(({ name }) => name)).size).toBe(badPackages.length);
  expect(badPackages.length).toBeGreaterThan(30);
});

test.each(badPackages.map((bad) => [bad.name, bad] as const))(
  "%s is refused, and nothing has changed",
  async (_, bad) => {
    const deployment = await library();
    const tables = deployment.store.tables().map(({ name, number }) => [name, number, idsOf(deployment, name)]);
    const refused = await importSnapshot(deployment, await pathOf(bad), bad.mode).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ImportRefused);
    expect(refused).toMatchObject({ reason: bad.reason, place: bad.place });
    expect(deployment.store.tables().map(({ name, number }) => [name, number, idsOf(deployment, name)])).toEqual(
      tables,
    );
  },
);
