/** How names of the model are spelled in an export. */
export const namings = ["camel", "snake"] as const;
export type Naming = (typeof namings)[number];

/**
 * A name of the model in an export: as it is, or in snake case, where a capital that begins a word gets an underscore before it
 * (`sourceMetadataId` → `source_metadata_id`, `_creationTime` → `_creation_time`).
 */
export function spelled(name: string, naming: Naming): string {
  if (naming === "camel") return name;
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "_").toLowerCase();
}
