import { styleText } from "node:util";

/** The caller decides whether colors are wanted, not the stream that `styleText` would look at. */
export type Paint = (style: "bold" | "dim" | "red" | "green" | "yellow", text: string) => string;

/** For files, pipes, `--no-color` and NO_COLOR. */
export const plain: Paint = (_style, text) => text;

export const colored: Paint = (style, text) => styleText(style, text, { validateStream: false });
