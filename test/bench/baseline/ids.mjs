/** Convex ids: read the table number, mint deterministic ones. */
import { createHash } from "node:crypto";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** @returns 20 bytes or fewer in base32: vint of the number, 14 hash bytes, 2 bytes day, checksum */
export function mintId(number, table, key, creationTime) {
  const hash = createHash("sha256")
    .update([table, ...key].join("\0"))
    .digest();
  const bytes = [];
  for (let rest = number; ; rest >>>= 7) {
    if (rest < 128) {
      bytes.push(rest);
      break;
    }
    bytes.push((rest & 127) | 128);
  }
  for (let i = 0; i < 14; i++) bytes.push(hash[i]);
  const day = Math.floor(creationTime / 86_400_000);
  bytes.push(day >> 8, day & 255);
  let [low, high] = [0, 0];
  for (const byte of bytes) {
    low = (low + byte) & 255;
    high = (high + low) & 255;
  }
  bytes.push(low, high);
  return base32(bytes);
}

/** The table number of an id, 0 when the text is none. */
export function tableNumberOf(id) {
  if (typeof id !== "string" || id.length < 31 || id.length > 37) return 0;
  let [number, shift, buffer, bits] = [0, 0, 0, 0];
  for (const character of id) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) return 0;
    buffer = ((buffer << 5) | digit) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    const byte = (buffer >> bits) & 255;
    number += (byte & 127) * 2 ** shift;
    shift += 7;
    if (byte < 128) return number;
  }
  return 0;
}

function base32(bytes) {
  let [text, buffer, bits] = ["", 0, 0];
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(buffer >> bits) & 31];
    }
  }
  return bits === 0 ? text : text + alphabet[(buffer << (5 - bits)) & 31];
}
