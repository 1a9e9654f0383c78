import { endOfString } from "./scanJson.js";

/** A string, or a number with all that belongs to it. */
const stringOrNumber = /"|-?\d[\d.eE+-]*/g;
const bareInteger = /^-?\d+$/;

/**
 * Spells every integer of a JSON text as a float (`3` → `3.0`) and leaves all else as it stands, so that a text whose
 * numbers are floats says so in the `"uniform"` encoding. A text that is no JSON stays none.
 */
export function addFractions(text: string): string {
  let spelled = "";
  let copied = 0;
  stringOrNumber.lastIndex = 0;
  for (let match = stringOrNumber.exec(text); match !== null; match = stringOrNumber.exec(text)) {
    const [token] = match;
    if (token === '"') {
      const end = endOfString(text, match.index);
      if (end === -1) break;
      stringOrNumber.lastIndex = end + 1;
    } else if (bareInteger.test(token)) {
      const end = match.index + token.length;
      spelled += `${text.slice(copied, end)}.0`;
      copied = end;
    }
  }
  return spelled + text.slice(copied);
}
