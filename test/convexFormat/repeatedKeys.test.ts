import { expect, test } from "vitest";
import { repeatedKeys } from "../../pipeline/convexFormat/repeatedKeys.js";

test.each([
  ["none", '{"a":{"b":1},"b":{"a":["a","a",{"a":1}]}}', []],
  ["a document's own key", '{"a":1,"b":2,"a":3}', ["/a"]],
  ["a key that stands three times", '{"a":1,"a":2,"a":3}', ["/a"]],
  ["keys inside", '{"a":[[],{"b":[{},{"c":1,"c":2}]}]}', ["/a/1/b/1/c"]],
  ["keys inside a value that does not count", '{"a":{"b":1,"b":2},"a":[1,2]}', ["/a/b", "/a"]],
  ["the same object's keys around another", '{"a":{"b":{"a":1},"c":[1,2],"b":1}}', ["/a/b"]],
  ["an escaped key", '{"a":1,"\\u0061":2}', ["/a"]],
  ["white space", '{ "a" : 1 ,\t"a" : 2 }', ["/a"]],
  ["braces and commas in texts", '{"a":"},{\\"a\\":1","b":["]",{"c":1,"c":2}]}', ["/b/1/c"]],
  ["a key with a slash and a tilde", '{"a/~":1,"a/~":2}', ["/a~1~0"]],
  ["an inherited name", '{"__proto__":1,"toString":1}', []],
  ["an empty key", '{"":1,"":2}', ["/"]],
])("%s", (_what, text, expected) => {
  expect(repeatedKeys(text)).toEqual(expected);
});
