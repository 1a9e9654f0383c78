import { jsonPointer } from "../../transforms/index.js";
import { endOfString, isKey } from "./scanJson.js";

/** An array, or an object and the keys it has shown so far. */
interface Level {
  readonly keys: Set<string> | null;
  /** Where the scan stands in it. */
  step: string | number;
}

/**
 * JSON Pointers to the keys that stand more than once in their object, each once. No reader of values tells: the last value counts.
 * @param text valid JSON
 */
export function repeatedKeys(text: string): readonly string[] {
  const found = new Set<string>();
  const levels: Level[] = [];
  for (let at = 0; at < text.length; at++) {
    const level = levels.at(-1);
    switch (text[at]) {
      case "{":
        levels.push({ keys: new Set(), step: "" });
        break;
      case "[":
        levels.push({ keys: null, step: 0 });
        break;
      case "}":
      case "]":
        levels.pop();
        break;
      case ",":
        if (typeof level?.step === "number") level.step++;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (level?.keys && isKey(text, end)) {
          const key = String(JSON.parse(text.slice(at, end + 1)));
          level.step = key;
          if (level.keys.has(key)) found.add(jsonPointer(...levels.map(({ step }) => step)));
          level.keys.add(key);
        }
        at = end;
      }
    }
  }
  return [...found];
}
