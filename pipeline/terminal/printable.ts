/**
 * Text from outside (names of files, tables and fields, ids, values) on its way to a terminal or a log. The only place
 * that does this: whatever is printed has passed through here.
 */

/** Terminal controls (C0, DEL, C1), line separators, lone surrogates, and the marks that reorder a line. */
const hostile = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** One line without anything a terminal would obey; what was taken out shows as U+FFFD. */
export function printable(text: string): string {
  return text.replace(hostile, "\u{fffd}");
}

/** The same of a text that may have lines: its tabs and line ends stay. */
export function printableText(text: string): string {
  return text.replace(hostile, (character) => (/[\t\r\n]/.test(character) ? character : "\u{fffd}"));
}

/** As `printable`, cut to `width` characters with an ellipsis. */
export function printableWithin(text: string, width: number): string {
  const characters = Array.from(printable(text));
  return characters.length <= width ? characters.join("") : `${characters.slice(0, width - 1).join("")}…`;
}

/** A value as one line of JSON that is harmless on a terminal and reads back as the same value. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(hostile, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
