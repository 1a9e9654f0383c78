import { identifier, literal } from "../../db/quote.js";
import type { ExportTable } from "../exportTables.js";
import type { WrittenTable } from "../format.js";

/** Everything in one transaction: schema, data, and the counts at the end, which must be those of the export. */
export function loadSql(tables: readonly ExportTable[], written: readonly WrittenTable[]): string {
  const copies = tables.map(({ name, columns }, index) => {
    const names = columns.map((column) => identifier(column.name)).join(", ");
    return `\\copy ${identifier(name)} (${names}) from ${literal(written[index]?.file ?? "")} with (format text, encoding 'UTF8')`;
  });
  const counts = tables.map(({ name }, index) => {
    const rows = written[index]?.rows ?? 0;
    return `  IF (SELECT count(*) FROM ${identifier(name)}) <> ${rows} THEN RAISE EXCEPTION USING MESSAGE = ${literal(`${name} has not its ${rows} rows.`)}; END IF;`;
  });
  return `-- Run by load.sh, from this folder, in one transaction.
CREATE SCHEMA :"schema";
SET LOCAL search_path TO :"schema";
\\ir schema.sql
${copies.join("\n")}
DO $counts$
BEGIN
${counts.join("\n")}
END
$counts$;
ANALYZE ${tables.map(({ name }) => identifier(name)).join(", ")};
`;
}

export const loadScript = `#!/bin/sh
# Loads this export into a schema of its own, in one transaction: all of it or nothing.
#
#   ./load.sh [options of psql]      for example: ./load.sh --dbname postgresql://localhost/analytics
#
# Without options the connection is that of the environment (PGHOST, PGDATABASE, PGUSER ...).
# UNNEST_SCHEMA names the schema (default: unnest); it must not exist yet.
set -eu
cd "$(dirname "$0")"
exec psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set schema="\${UNNEST_SCHEMA:-unnest}" --single-transaction "$@" --file load.sql
`;
