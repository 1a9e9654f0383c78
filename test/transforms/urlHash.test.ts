import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseURL, serializeHost, serializeURL } from "whatwg-url";
import { urlHash } from "../../transforms/urlHash.js";

const normalized = (text: string): string => urlHash(text).url;

describe("urlHash", () => {
  it("is the first 16 hex digits of the SHA-256 of the normalized url", () => {
    // printf 'https://example.com/a' | sha256sum
    expect(urlHash("https://example.com/a/")).toEqual({
      urlHash: "2dce0a4c50441bfc",
      url: "https://example.com/a",
      hostname: "example.com",
    });
  });

  it.each([
    ["https://example.com", "https://example.com/"],
    ["https://example.com/", "https://example.com/"],
    ["https://example.com/a//", "https://example.com/a/"],
    ["https://example.com//", "https://example.com/"],
    ["HTTPS://Example.COM:443/A/?q=1/#f/", "https://example.com/A?q=1/#f/"],
    ["https://example.com/a/?", "https://example.com/a?"],
    ["https://example.com/a/../b/", "https://example.com/b"],
    ["https://example.com/a b", "https://example.com/a%20b"],
    ["https://bücher.example/", "https://xn--bcher-kva.example/"],
    ["ftp://example.com/a/", "ftp://example.com/a/"],
    ["mailto:someone/", "mailto:someone/"],
    ["not a url/", "not a url/"],
    ["", ""],
  ])("%s becomes %s", (text, url) => expect(normalized(text)).toBe(url));

  it("gives the hostname, or none", () => {
    expect(urlHash("https://Sub.Example.com:8080/").hostname).toBe("sub.example.com");
    expect(urlHash("mailto:a@b.c").hostname).toBe("");
    expect(urlHash("not a url").hostname).toBe("");
  });

  it("takes the short way only where the parser gives the same", () => {
    const host = fc.stringMatching(/^[a-z0-9.xn-]{1,12}$/);
    const rest = fc.stringMatching(/^[a-zA-Z0-9/.%2eE?#&'=+:@,~_-]{0,20}$/);
    const url = fc.tuple(fc.constantFrom("http", "https", "HTTP"), host, rest).map(([s, h, r]) => `${s}://${h}${r}`);
    fc.assert(
      fc.property(url, (text) => {
        const record = parseURL(text);
        const { url: normal, hostname } = urlHash(text);
        if (record === null) expect(normal).toBe(text);
        else {
          const path = record.path as string[];
          if (path.length > 1 && path.at(-1) === "") record.path = path.slice(0, -1);
          expect(normal).toBe(serializeURL(record));
          expect(hostname).toBe(serializeHost(record.host ?? ""));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("takes a long url in linear time", () => {
    const long = `https://${"a-".repeat(20_000)}.${"b.".repeat(20_000)}com/${"x/".repeat(50_000)}"`;
    expect(normalized(long).endsWith("%22")).toBe(true);
  });
});
