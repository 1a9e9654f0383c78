import type { GenericValidator } from "convex/values";
import type { Model } from "../model/types.js";
import { alternativesOf } from "./alternatives.js";

/** Words of all enumerations of the model: whoever uses one says nothing with it. */
export function enumeratedWords(model: Model): ReadonlySet<string> {
  const words = new Set<string>();
  const look = (validator: GenericValidator): void => {
    for (const is of alternativesOf(validator)) {
      if (is.kind === "literal" && typeof is.value === "string") words.add(is.value);
      else if (is.kind === "array") look(is.element);
      else if (is.kind === "record") for (const part of [is.key, is.value]) look(part as GenericValidator);
      else if (is.kind === "object") for (const field of Object.values(is.fields)) look(field as GenericValidator);
    }
  };
  for (const { columns } of model.tables) for (const { validator } of columns) look(validator);
  return words;
}
