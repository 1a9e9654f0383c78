import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Value } from "convex/values";
import { canonicalEncoding } from "./canonicalEncoding.js";

/** 32 hex digits of the SHA-256 of a value's canonical encoding: equal values, and they alone, have equal ones. Linear in its size. */
export function contentHash(value: Value): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalEncoding(value))).subarray(0, 16));
}
