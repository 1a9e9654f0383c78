import { dirname } from "node:path";
import type { Command } from "commander";
import { generateSnapshot } from "../../fixtures/generator/generateSnapshot.js";
import { makeDirectory } from "../run/makeDirectory.js";
import { jsonLine, printable } from "../terminal/printable.js";
import { formatBytes, formatCount } from "../terminal/quantities.js";
import type { Edge, Outcome, Settle } from "./edge.js";
import * as options from "./options.js";

/** `unnest generate`: a snapshot as production would export it, for trying things out and for benchmarks. */
export function addGenerate(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("generate")
    .summary("write a production-like snapshot to try things on")
    .description("Writes an export with the proportions and the faults of a production deployment; one seed, one file.")
    .option("--messages <number>", "how many messages", "10000")
    .option("--seed <number>", "where chance starts", "1")
    .option("--embeddings", "with vectors: about 30 KB a message instead of 8")
    .option("--mean-bytes <number>", "mean bytes of a message's JSON without its vector", "8000")
    .option("--folder", "an unpacked export instead of a ZIP")
    .option("--out <file>", "the file to write", "./snapshot.zip");
  options.addShowOptions(command).action(async (given: unknown) => {
    settle(await generate(given, edge));
  });
}

async function generate(given: unknown, edge: Edge): Promise<Outcome> {
  const show = options.parseOptions(options.showOptions, given);
  const { out, ...what } = options.parseOptions(options.generateOptions, given);
  const { progress } = edge.screen({ ...show, quiet: show.quiet || show.json });
  const path = options.absolute(out);
  await makeDirectory(dirname(path));
  progress.start("generating");
  const made = await generateSnapshot({ ...what, path }).finally(progress.finish);
  if (show.json) return { output: `${jsonLine({ path: out, ...made })}\n`, failure: null };
  const rows = Object.values(made.tables).reduce((sum, count) => sum + count, 0);
  const line = `${printable(out)}: ${formatCount(rows)} documents, ${formatBytes(made.bytes)}, sha256 ${made.sha256}\n`;
  return { output: show.quiet ? "" : line, failure: null };
}
