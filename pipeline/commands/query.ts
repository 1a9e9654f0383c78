import type { Command } from "commander";
import { z } from "zod";
import type { ResultStream } from "../db/resultStream.js";
import { UnnestError } from "../errors.js";
import { loadModel } from "../model/loadModel.js";
import { type Analytic, analytics, findAnalytic } from "../query/analytic.js";
import { ask, type Question } from "../query/ask.js";
import { arrowStream } from "../query/formats/arrow.js";
import { csvLines } from "../query/formats/csv.js";
import { jsonLines } from "../query/formats/json.js";
import { tableText } from "../query/formats/table.js";
import { readParameters } from "../query/parameters.js";
import { createViews } from "../query/views.js";
import { openRun, type RunNeeds } from "../run/openRun.js";
import { jsonLine } from "../terminal/printable.js";
import { renderTable } from "../terminal/table.js";
import type { Edge, Outcome, Settle } from "./edge.js";
import * as options from "./options.js";

const formats = ["table", "csv", "json", "arrow"] as const;

const flags = z.object({
  list: z.boolean().default(false),
  name: z.string().optional(),
  param: z.array(z.string()).default([]),
  format: z.enum(formats, { error: ({ input }) => `--format knows ${formats.join(", ")}, not "${input}".` }).optional(),
  rows: options.wholeNumber("--rows", 1, 1_000_000),
  verbatim: z.boolean().default(false),
  timeout: options.wholeNumber("--timeout", 1, 86_400),
});

type Flags = z.infer<typeof flags>;

/** `unnest query "<sql>"`, `unnest query --name <analytic>`: read-only questions to a run's database. */
export function addQuery(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("query")
    .summary("ask a run's database: SQL of your own, or an analytic by name")
    .description(
      "Answers one SELECT, or a named analytic, over the schemas raw, legacy, normal, ledger and meta. A query reads the run's tables and nothing else.",
    )
    .argument("[sql]", "the statement")
    .option("--list", "show the analytics; with --name, one with its parameters, columns and SQL")
    .option("--name <analytic>", "ask an analytic")
    .option("--param <name=value>", "a parameter of the analytic; may be repeated", (text, all: string[] = []) => [
      ...all,
      text,
    ])
    .option("--format <format>", "table, csv, json (one object a line) or arrow (IPC stream)")
    .option("--rows <number>", "rows a table shows", "100")
    .option("--verbatim", "leave texts in CSV as they are: formulas, terminal controls")
    .option("--timeout <seconds>", "time the query may take", "60");
  options.addShowOptions(options.addResourceOptions(options.addDirectoryOption(command)));
  command.action((sql: string | undefined, given: unknown) => {
    const chosen = options.parseOptions(flags, given);
    settle(chosen.list ? list(sql, chosen, given, edge) : query(sql, chosen, given, edge));
  });
}

function query(sql: string | undefined, chosen: Flags, given: unknown, edge: Edge): Outcome {
  const { out } = options.parseOptions(options.directoryOption, given);
  const show = options.parseOptions(options.showOptions, given);
  const resources = options.parseOptions(options.resourceOptions, given);
  if (show.json && (chosen.format ?? "json") !== "json") throw new UnnestError("USAGE", "--json is --format json.");
  const format = chosen.format ?? (show.json ? "json" : "table");
  const question = readQuestion(sql, chosen);
  const render = (answer: ResultStream): AsyncIterable<string | Uint8Array> => {
    if (format === "csv") return csvLines(answer, chosen);
    if (format === "json") return jsonLines(answer);
    if (format === "arrow") return arrowStream(answer);
    return tableText(answer, { rows: chosen.rows, width: edge.width, paint: edge.paint(show) });
  };
  const needs = { root: options.absolute(out), stage: "transform", ...resources };
  const limits = { timeout: chosen.timeout * 1000, signal: edge.signal };
  return { output: "", pieces: answerOf(needs, question, limits, render), failure: null };
}

function readQuestion(sql: string | undefined, { name, param }: Flags): Question {
  if (name !== undefined) {
    if (sql !== undefined) throw new UnnestError("USAGE", "Give a statement or --name, not both.");
    const analytic = findAnalytic(name);
    return { sql: analytic.sql, parameters: readParameters(analytic, param) };
  }
  if (sql === undefined) throw new UnnestError("USAGE", "Give a statement, or --name, or --list.");
  if (param.length > 0) throw new UnnestError("USAGE", "--param belongs to --name.");
  return { sql, parameters: {} };
}

/** Opens the run when the first piece is wanted, and closes it behind the last one or when its reader leaves. */
async function* answerOf(
  needs: Omit<RunNeeds, "scratch">,
  question: Question,
  limits: Parameters<typeof ask>[2],
  render: (answer: ResultStream) => AsyncIterable<string | Uint8Array>,
): AsyncGenerator<string | Uint8Array> {
  const run = await openRun(needs);
  try {
    await createViews(run.database, loadModel());
    await run.database.seal();
    yield* render(await ask(run.database, question, limits));
  } finally {
    await run.close();
  }
}

function list(sql: string | undefined, { name }: Flags, given: unknown, edge: Edge): Outcome {
  if (sql !== undefined) throw new UnnestError("USAGE", "--list takes no statement.");
  const show = options.parseOptions(options.showOptions, given);
  const found = name === undefined ? analytics() : [findAnalytic(name)];
  if (show.json) return { output: found.map((analytic) => `${jsonLine(analytic)}\n`).join(""), failure: null };
  if (name !== undefined)
    return { output: found.map((analytic) => describe(analytic, edge, given)).join(""), failure: null };
  const table = renderTable(
    [{ head: "analytic" }, { head: "question", wrapAt: 68 }],
    found.map((analytic) => [analytic.name, analytic.question]),
    edge.paint(show),
  );
  return { output: `${table}\n`, failure: null };
}

function describe({ question, parameters, columns, sql }: Analytic, edge: Edge, given: unknown): string {
  const paint = edge.paint(options.parseOptions(options.showOptions, given));
  const takes = renderTable(
    [{ head: "parameter" }, { head: "type" }, { head: "without it" }, { head: "meaning", wrapAt: 50 }],
    parameters.map(({ name, type, standard, meaning }) => [name, type, standard ?? "all", meaning]),
    paint,
  );
  const answers = renderTable(
    [{ head: "column" }, { head: "meaning", wrapAt: 70 }],
    columns.map(({ name, meaning }) => [name, meaning]),
    paint,
  );
  const parts = [question, ...(parameters.length === 0 ? [] : [takes]), answers, withoutHeader(sql)];
  return `${parts.join("\n\n")}\n`;
}

/** The statement without the lines that were shown already. */
function withoutHeader(sql: string): string {
  return sql.replace(/^-- (?:Question|Parameter|Column): .*\n/gm, "");
}
