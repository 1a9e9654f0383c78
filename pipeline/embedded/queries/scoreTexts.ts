/** How well texts fit the words of a search: BM25, with its usual constants. */
import type { StoredDocument } from "../store/table.js";

const saturation = 1.2;
const lengthWeight = 0.75;
/** Longer words are in no index of Convex. */
const longestWord = 32;

/** Lower-case words: letters and digits, cut at everything else. */
export function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length <= longestWord);
}

/**
 * The documents that have at least one of the words, the best first, of equal ones the newest.
 *
 * @param words in the order of the search: the last one also finds words that begin with it
 */
export function scoreTexts(
  texts: readonly { readonly document: StoredDocument; readonly text: string }[],
  words: readonly string[],
): StoredDocument[] {
  const counted = texts.map(({ document, text }) => {
    const found = wordsOf(text);
    return {
      document,
      length: found.length,
      counts: words.map((word, i) => countOf(found, word, i === words.length - 1)),
    };
  });
  const average = counted.reduce((sum, { length }) => sum + length, 0) / Math.max(1, counted.length);
  const weights = words.map((_, i) => {
    const having = counted.filter(({ counts }) => (counts[i] ?? 0) > 0).length;
    return Math.log(1 + (counted.length - having + 0.5) / (having + 0.5));
  });
  return counted
    .filter(({ counts }) => counts.some((count) => count > 0))
    .map(({ document, length, counts }) => {
      const damping = saturation * (1 - lengthWeight + (lengthWeight * length) / average);
      const parts = counts.map((count, i) => ((weights[i] ?? 0) * count * (saturation + 1)) / (count + damping));
      return { document, score: parts.reduce((sum, part) => sum + part, 0) };
    })
    .sort((a, b) => b.score - a.score || b.document.creationTime - a.document.creationTime)
    .map(({ document }) => document);
}

function countOf(words: readonly string[], word: string, isPrefix: boolean): number {
  return words.filter((found) => (isPrefix ? found.startsWith(word) : found === word)).length;
}
