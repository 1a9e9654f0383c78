import { chmod, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findAdminKey, parseAdminKey, withoutKeys } from "../../pipeline/remote/adminKey.js";
import { failureOf, key, secret } from "./opened.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-key-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function keyFile(name: string, text: string, mode: number): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

describe("the forms of a key", () => {
  it.each([
    [`prod:happy-animal-123|${secret}`, "prod", "happy-animal-123"],
    [`dev:happy-animal-123|${secret}`, "dev", "happy-animal-123"],
    [`convex-self-hosted|${secret}`, null, "convex-self-hosted"],
    ["a|b|c", null, "a"],
  ])("%s", (text, kind, name) => {
    expect(parseAdminKey(text)).toMatchObject({ text, kind, name });
  });

  it.each([
    `preview:team:project|${secret}`,
    `project:team:project|${secret}`,
    `other:name|${secret}`,
    secret,
    "name|",
    `|${secret}`,
    `a name|${secret}`,
    `name|${secret}\r\nX-Header: 1`,
    `name|${secret}é`,
  ])("%j is refused, and not repeated", (text) => {
    try {
      parseAdminKey(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "WRONG_KEY", exit: 2 });
      expect(JSON.stringify([error, String(error)])).not.toContain(secret);
    }
  });
});

describe("where a key comes from", () => {
  it("the environment, either variable, or both with one key", async () => {
    for (const environment of [
      { CONVEX_DEPLOY_KEY: key },
      { CONVEX_SELF_HOSTED_ADMIN_KEY: ` ${key}\n`, CONVEX_DEPLOY_KEY: "" },
      { CONVEX_DEPLOY_KEY: key, CONVEX_SELF_HOSTED_ADMIN_KEY: key },
    ])
      expect((await findAdminKey(environment)).text).toBe(key);
  });

  it("a file of the user's, rather than the environment", async () => {
    const path = await keyFile("own", `${key}\n`, 0o600);
    expect((await findAdminKey({ CONVEX_DEPLOY_KEY: "other|key" }, path)).text).toBe(key);
  });

  it("not from two variables that differ, nor from nowhere", async () => {
    const both = { CONVEX_DEPLOY_KEY: key, CONVEX_SELF_HOSTED_ADMIN_KEY: "other|key" };
    expect(await failureOf(findAdminKey(both))).toMatchObject({ code: "WRONG_KEY" });
    expect(await failureOf(findAdminKey({}))).toMatchObject({ code: "KEY_MISSING" });
    expect(await failureOf(findAdminKey({}, join(folder, "none")))).toMatchObject({ code: "KEY_MISSING" });
  });

  it.each([0o640, 0o604, 0o622, 0o777])("not from a file that others may touch: %o", async (mode) => {
    const path = await keyFile(`open-${mode}`, key, mode);
    expect(await failureOf(findAdminKey({}, path))).toMatchObject({ code: "KEY_FILE_OPEN", exit: 2 });
  });

  it("not through a link to a file that others may touch", async () => {
    await symlink(await keyFile("target", key, 0o644), join(folder, "link"));
    expect(await failureOf(findAdminKey({}, join(folder, "link")))).toMatchObject({ code: "KEY_FILE_OPEN" });
  });

  it("not from a folder, a device, or a file that is too large", async () => {
    const large = await keyFile("large", "x".repeat(10_000), 0o600);
    for (const path of [folder, "/dev/zero", large])
      expect(await failureOf(findAdminKey({}, path))).toMatchObject({ code: "WRONG_KEY" });
  });
});

it("a message that repeats what was typed repeats no key", () => {
  for (const form of [`prod:name|${secret}`, `project:a:b|${secret}`, `name|${secret}`, `--key=dev:n|${secret}`])
    expect(withoutKeys(`Unknown option '${form}'`)).not.toContain(secret);
  expect(withoutKeys("option '--format <csv|json|arrow>'")).toBe("option '--format <csv|json|arrow>'");
});
