import { LetterReplacer, type ReplacementKey } from "./replaceLetters.js";

/** Replaces a text as a whole. Linear in its length. */
export function replaceText(text: string, key: ReplacementKey): string {
  const replacer = new LetterReplacer(key);
  let replaced = "";
  for (const character of text) replaced += replacer.replace(character);
  return replaced;
}

/**
 * Replaces a tag level by level, so that spellings of one tag stay spellings of one tag and a level is the same wherever it stands. Composed
 * first, as slugs are: of a text that was not, the length may change.
 */
export function replaceTag(text: string, key: ReplacementKey): string {
  const replacer = new LetterReplacer(key);
  let replaced = "";
  for (const character of text.normalize("NFC")) {
    if (character === "/") replacer.restart();
    replaced += replacer.replace(character);
  }
  return replaced;
}

const absoluteUrl = /^([a-z][a-z0-9+.-]*:\/\/)([^\s/?#\\]*)(\S*)$/i;
const address = /^(?:\[[0-9a-f:.]*\]|\d+(?:\.\d+)*)$/i;

/** Is the whole text one url? */
export function isUrl(text: string): boolean {
  return absoluteUrl.test(text);
}

/**
 * A url of the same shape: scheme, port and separators stay; equal urls stay equal, also those which only differ in what normalizing takes
 * away (the case of a host, a slash at the end). A host is replaced as if it stood alone, as in a field that names it.
 */
export function replaceUrl(url: string, key: ReplacementKey): string {
  const [, scheme = "", authority = "", rest = ""] = absoluteUrl.exec(url) ?? [];
  const [, user = "", host = "", port = ""] = /^((?:.*@)?)(.*?)((?::\d*)?)$/.exec(authority) ?? [];
  const replacedHost = address.test(host) ? replaceAddress(host, key) : replaceText(host, key);
  return `${scheme}${replaceText(user, key)}${replacedHost}${port}${replacePath(rest, key)}`;
}

/** Numbers of an address stay below 256; one in brackets becomes the host itself. */
function replaceAddress(host: string, key: ReplacementKey): string {
  if (host.startsWith("[")) return "[::1]";
  const parts = host.split(".").map((part, at) => (Number(part) + ((key[at % 2] ?? 0) >>> (at * 4))) % 256);
  return parts.join(".");
}

/** Percent-encoded bytes stay such, and beyond ASCII, so that none becomes a dot or a slash. */
function replacePath(path: string, key: ReplacementKey): string {
  const replacer = new LetterReplacer(key);
  return path.replace(/%[0-9a-f]{2}|[\s\S]/giu, (piece) => {
    if (piece.length < 3) return replacer.replace(piece);
    const [high = "", low = ""] = [...piece.slice(1)].map((digit) => replacer.replace(digit).charCodeAt(0));
    return `%${"89AB"[Number(high) % 4]}${"0123456789ABCDEF"[Number(low) % 16]}`;
  });
}

/**
 * JSON as text with its texts and keys replaced; what is no JSON is replaced as a text. Escapes stay escapes, so that the length is
 * the same; numbers stay.
 */
export function replaceJsonText(text: string, key: ReplacementKey): string {
  if (!isJson(text)) {
    const replaced = replaceText(text, key);
    // A number that begins with 0 is no JSON; it is not to become one.
    return isJson(replaced) ? replaced.replace(/\d/, "0") : replaced;
  }
  return text.replace(/"(?:[^"\\]|\\[\s\S])*"/g, (token) => {
    const inner = token.slice(1, -1);
    return inner === "__proto__" ? token : `"${replaceEscaped(inner, key)}"`;
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const pair = String.raw`\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}`;
const escapedPiece = new RegExp(String.raw`${pair}|\\u[0-9a-fA-F]{4}|\\[\s\S]|[\s\S]`, "gu");

/** The inside of a JSON text token. A text's replacement is the same, escaped or not. */
function replaceEscaped(inner: string, key: ReplacementKey): string {
  const replacer = new LetterReplacer(key);
  return inner.replace(escapedPiece, (piece) => {
    if (!piece.startsWith("\\")) return replacer.replace(piece);
    if (!piece.startsWith("\\u")) return piece;
    const character = JSON.parse(`"${piece}"`) as string;
    return [...replacer.replace(character)]
      .flatMap((one) => one.split(""))
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("");
  });
}
