import { describe, expect, it } from "vitest";
import { nameInUrl, parseDeploymentUrl } from "../../pipeline/remote/deploymentUrl.js";

describe("a deployment's url", () => {
  it.each([
    ["https://happy-animal-123.convex.cloud", "https://happy-animal-123.convex.cloud/"],
    ["https://happy-animal-123.convex.cloud///", "https://happy-animal-123.convex.cloud/"],
    ["https://convex.example.com:8443/backend/", "https://convex.example.com:8443/backend"],
    ["http://127.0.0.1:3210", "http://127.0.0.1:3210/"],
    ["http://127.1", "http://127.0.0.1/"],
    ["http://localhost:3210", "http://localhost:3210/"],
    ["http://[::1]:3210", "http://[::1]:3210/"],
  ])("%s", (text, href) => {
    expect(parseDeploymentUrl(text).href).toBe(href);
  });

  it.each([
    "",
    "happy-animal-123",
    "ftp://happy-animal-123.convex.cloud",
    "file:///etc/passwd",
    "http://happy-animal-123.convex.cloud",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://0.0.0.0:3210",
    "http://[::ffff:127.0.0.1]",
    "http://192.168.1.2:3210",
    "https://user:password@happy-animal-123.convex.cloud",
    "http://127.0.0.1@example.com",
    "https://happy-animal-123.convex.cloud?key=1",
    "https://happy-animal-123.convex.cloud#key",
    "https://happy-animal-123.convex.site",
  ])("%s is refused", (text) => {
    expect(() => parseDeploymentUrl(text)).toThrow(expect.objectContaining({ code: "WRONG_URL", exit: 2 }));
  });

  it("repeats no password that stands in it", () => {
    for (const text of ["https://user:hunter2@a.example", "nourl hunter2"]) {
      try {
        parseDeploymentUrl(text);
        expect.unreachable();
      } catch (error) {
        expect(JSON.stringify([error, String(error)])).not.toContain("hunter2");
      }
    }
  });

  it("tells a deployment's name, with a region or without", () => {
    const names = ["https://a-1.convex.cloud", "https://a-1.eu-west-1.convex.cloud", "https://a-1.example.com"];
    expect(names.map((text) => nameInUrl(new URL(text)))).toEqual(["a-1", "a-1", null]);
  });
});
