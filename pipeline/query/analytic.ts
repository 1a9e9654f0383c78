/** A named question: a file of `sql/analytics/`, whose opening comment says what it asks, what it takes and what it answers. */
import { headersOf, requiredHeader, type SqlFile, selectOf, sqlFiles } from "../db/sqlFiles.js";
import { UnnestError } from "../errors.js";

export type ParameterType = "text" | "date" | "number";

export interface AnalyticParameter {
  readonly name: string;
  readonly type: ParameterType;
  /** As `--param` would give it; null: without it the question is about all. */
  readonly standard: string | null;
  readonly meaning: string;
}

export interface Analytic {
  readonly name: string;
  readonly question: string;
  readonly parameters: readonly AnalyticParameter[];
  readonly columns: readonly { readonly name: string; readonly meaning: string }[];
  /** One SELECT, in which `$name` stands for a parameter. */
  readonly sql: string;
}

const folder = "analytics";

/** All of them, by name. */
export function analytics(): readonly Analytic[] {
  return sqlFiles(folder).map(readAnalytic);
}

/** Throws UNKNOWN_ANALYTIC. */
export function findAnalytic(name: string): Analytic {
  const found = analytics().find((analytic) => analytic.name === name);
  if (found === undefined) throw new UnnestError("UNKNOWN_ANALYTIC", `There is no analytic named ${name}.`, { name });
  return found;
}

/** `-- Question: …`, then a line `-- Parameter: name (type, default): …` and a line `-- Column: name: …` for each one. */
function readAnalytic(file: SqlFile): Analytic {
  return {
    name: file.name,
    question: requiredHeader(folder, file, "Question"),
    parameters: headersOf(file, "Parameter").map((text) => readParameter(file, text)),
    columns: headersOf(file, "Column").map((text) => {
      const [, name = "", meaning = ""] = /^(\w+): (.+)$/.exec(text) ?? malformed(file, text);
      return { name, meaning };
    }),
    sql: selectOf(file),
  };
}

/** `from (date): the first day` or `rows (number, 20): how many`. */
function readParameter(file: SqlFile, text: string): AnalyticParameter {
  const found = /^(\w+) \((text|date|number)(?:, (.+?))?\): (.+)$/.exec(text) ?? malformed(file, text);
  const [, name = "", type = "", standard = null, meaning = ""] = found;
  return { name, type: type as ParameterType, standard, meaning };
}

function malformed(file: SqlFile, text: string): never {
  throw new Error(`sql/${folder}/${file.name}.sql has a header nobody can read: ${text}`);
}
