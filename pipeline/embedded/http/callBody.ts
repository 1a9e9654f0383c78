/** The body of a function call (spec 9). */
import type { JSONValue } from "convex/values";
import { z } from "zod";
import { HttpRefusal } from "./httpRefusal.js";

/** What a body may have: 16 MiB of arguments and what stands around them. */
export const maxBodyBytes = 16 * 1024 * 1024 + 2000;

const callBody = z.object({
  path: z.string(),
  args: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  format: z.string().nullish(),
  componentPath: z.string().nullish(),
});

/** How a client wants values: so that they can be read back, or so that they are easy to read. */
export type AnswerFormat = "encoded" | "clean";

const formats: ReadonlyMap<string, AnswerFormat> = new Map([
  ["convex_encoded_json", "encoded"],
  ["convex_json", "encoded"],
  ["json", "clean"],
  ["convex_clean_json", "clean"],
]);

/** A file of a deployment and a function in it; without a name, the file's default export. */
const functionPath = /^[A-Za-z0-9_./-]+(?::[A-Za-z_$][A-Za-z0-9_$]*)?$/;

export interface CallBody {
  /** `dir/file:name`. */
  readonly path: string;
  /** The one argument, encoded. */
  readonly args: JSONValue;
  readonly format: AnswerFormat;
}

/**
 * Reads the body of a call.
 * @param contentType of the request; null where it names none
 * Throws HttpRefusal 400, which quotes nothing of the body but a path that is none.
 */
export function readCallBody(contentType: string | null, text: string): CallBody {
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType ?? "")) {
    throw new HttpRefusal(400, "BadJsonBody", "Expected request with `Content-Type: application/json`");
  }
  const parsed = callBody.safeParse(parseJson(text));
  if (!parsed.success) throw new HttpRefusal(400, "BadJsonBody", "The body is no function call in JSON");
  const { path, args, format, componentPath } = parsed.data;
  if (!functionPath.test(path)) {
    throw new HttpRefusal(400, "BadConvexFunctionIdentifier", `${path} is not a valid path to a Convex function.`);
  }
  const answerFormat = formats.get(format ?? "json");
  if (answerFormat === undefined) {
    throw new HttpRefusal(400, "BadFormat", "format param must be one of [`json`, `convex_encoded_json`]");
  }
  if (componentPath !== null && componentPath !== undefined && componentPath !== "") {
    throw new HttpRefusal(400, "ComponentNotFound", "An embedded deployment has no components");
  }
  return { path: path.includes(":") ? path : `${path}:default`, args: onlyArgument(args), format: answerFormat };
}

/** Functions have one argument; clients send it bare, or as the only element of an array. */
function onlyArgument(args: Record<string, unknown> | unknown[]): JSONValue {
  if (!Array.isArray(args)) return args as JSONValue;
  if (args.length > 1) throw new HttpRefusal(400, "BadJsonBody", "A function takes one argument, an object");
  return (args[0] ?? {}) as JSONValue;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
