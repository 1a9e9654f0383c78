const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Bytes of a base64 text; null unless it is spelled as an encoder spells it (padded, nothing in the spare bits). */
export function decodeBase64(text: string): ArrayBuffer | null {
  if (!base64.test(text)) return null;
  const bytes = Buffer.from(text, "base64");
  if (text.endsWith("=") && bytes.toString("base64").slice(-4) !== text.slice(-4)) return null;
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}
