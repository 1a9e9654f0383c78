import type { GenericValidator } from "convex/values";
import type { Model } from "../model/types.js";

/** Words of all enumerations of the model: whoever uses one says nothing with it. */
export function enumeratedWords(model: Model): ReadonlySet<string> {
  const words = new Set<string>();
  const look = (is: GenericValidator): void => {
    if (is.kind === "literal" && typeof is.value === "string") words.add(is.value);
    else if (is.kind === "union") is.members.forEach(look);
    else if (is.kind === "array") look(is.element);
    else if (is.kind === "object") for (const field of Object.values(is.fields)) look(field as GenericValidator);
  };
  for (const { columns } of model.tables) for (const { validator } of columns) look(validator);
  return words;
}
