import { z } from "zod";
import type { ParameterValue } from "../db/resultStream.js";
import { UnnestError } from "../errors.js";
import type { Analytic, AnalyticParameter, ParameterType } from "./analytic.js";

const readers: Readonly<Record<ParameterType, z.ZodType<ParameterValue, string>>> = {
  text: z.string(),
  date: z.iso.date(),
  number: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform((digits) => BigInt(digits)),
};

const wanted: Readonly<Record<ParameterType, string>> = {
  text: "text",
  date: "a date like 2025-01-31",
  number: "a whole number",
};

/**
 * The values an analytic is asked with, each parameter having one.
 *
 * @param given `name=value`, as typed
 * Throws QUERY_PARAMETER for a name it does not have, one given twice, and a value that is none of its type.
 */
export function readParameters(
  { name: analytic, parameters }: Pick<Analytic, "name" | "parameters">,
  given: readonly string[],
): Readonly<Record<string, ParameterValue>> {
  const texts = new Map<string, string>();
  for (const text of given) {
    const equals = text.indexOf("=");
    const name = equals < 0 ? text : text.slice(0, equals);
    const refuse = (message: string): never => {
      throw new UnnestError("QUERY_PARAMETER", message, { analytic, parameter: name });
    };
    if (equals < 0) refuse(`--param wants name=value, not "${text}".`);
    if (!parameters.some((parameter) => parameter.name === name)) refuse(`${analytic} has no parameter ${name}.`);
    if (texts.has(name)) refuse(`The parameter ${name} is given twice.`);
    texts.set(name, text.slice(equals + 1));
  }
  return Object.fromEntries(
    parameters.map((parameter) => [parameter.name, readValue(analytic, parameter, texts.get(parameter.name))]),
  );
}

function readValue(
  analytic: string,
  { name, type, standard }: AnalyticParameter,
  text: string | undefined,
): ParameterValue {
  const chosen = text ?? standard;
  if (chosen === null) return null;
  const read = readers[type].safeParse(chosen);
  if (read.success) return read.data;
  throw new UnnestError("QUERY_PARAMETER", `The parameter ${name} must be ${wanted[type]}, not "${chosen}".`, {
    analytic,
    parameter: name,
  });
}
