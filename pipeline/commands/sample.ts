import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { UnnestError } from "../errors.js";
import { loadStage } from "../load/loadStage.js";
import { loadModel } from "../model/loadModel.js";
import { executeRun } from "../run/executeRun.js";
import { makeDirectory } from "../run/makeDirectory.js";
import { removeAtExit } from "../run/removeAtExit.js";
import { makeSample, type Sample } from "../sample/makeSample.js";
import type { Stage } from "../stage.js";
import type { Paint } from "../terminal/paint.js";
import { jsonLine, printable } from "../terminal/printable.js";
import { formatBytes, formatCount } from "../terminal/quantities.js";
import { renderTable } from "../terminal/table.js";
import type { Edge, Outcome, Settle } from "./edge.js";
import { hashSnapshot } from "./hashSnapshot.js";
import * as options from "./options.js";

/** `unnest sample <snapshot>`: some users with all that belongs to them. */
export function addSample(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("sample")
    .summary("write a smaller snapshot of some users, anonymized if wanted")
    .description(
      "Writes an export of some users, with all that belongs to them and whatever it refers to, for `npx convex import` and `unnest run`.",
    )
    .argument("<snapshot>", "the export, as a ZIP or an unpacked folder")
    .requiredOption("--users <number>", "how many users")
    .option("--seed <number>", "where chance starts: one seed, one choice", "1")
    .option("--anonymize", "replace personal text by text of the same length and kind; files are left out")
    .option("--remint", "give every id anew, everywhere alike")
    .option(
      "--key-file <file>",
      "a secret: the same one gives the same texts and ids (default: a random one, which is thrown away)",
    )
    .option("--out <file>", "the file to write", "./sample.zip");
  options.addShowOptions(options.addResourceOptions(command)).action(async (snapshot: string, given: unknown) => {
    settle(await sample(snapshot, given, edge));
  });
}

async function sample(given: string, flags: unknown, edge: Edge): Promise<Outcome> {
  const { out, users, seed, anonymize, remint, keyFile } = options.parseOptions(options.sampleOptions, flags);
  const show = options.parseOptions(options.showOptions, flags);
  const resources = options.parseOptions(options.resourceOptions, flags);
  const snapshot = options.absolute(given);
  const path = options.absolute(out);
  const key = keyFile === undefined ? randomBytes(32) : await readKey(options.absolute(keyFile));
  let made: Sample | null = null;
  const sampleStage: Stage = {
    name: "sample",
    title: "choose users with all that belongs to them, and write it",
    reads: ["raw"],
    writes: ["sample"],
    run: async (context) => {
      made = await makeSample(context, { users, seed, anonymize, remint, key, path });
      return { rows: made.documents, bytes: made.bytes };
    },
  };
  const screen = edge.screen(show);
  await makeDirectory(dirname(path));
  // Beside the sample: it takes as much room as the snapshot.
  const folder = await mkdtemp(join(dirname(path), ".unnest-sample-"));
  const callOff = removeAtExit(folder);
  try {
    const { failure } = await executeRun({
      root: join(folder, "run"),
      options: { snapshot, strict: false, with: [], ...resources },
      fresh: false,
      stages: [loadStage, sampleStage],
      model: loadModel(),
      progress: screen.progress,
      signal: edge.signal,
      onStage: screen.stage,
      snapshotHash: () => hashSnapshot(snapshot),
    });
    if (failure !== null || made === null) return { output: "", failure };
    const result = { path: out, anonymized: anonymize, reminted: remint, ...(made as Sample) };
    if (show.json) return { output: `${jsonLine({ event: "sample", sample: result })}\n`, failure: null };
    return { output: show.quiet ? "" : render(result, edge.paint(show)), failure: null };
  } finally {
    await rm(folder, { recursive: true, force: true });
    callOff();
  }
}

/** Shorter ones could be guessed, and with the key what became of what. */
const leastKey = 16;

async function readKey(path: string): Promise<Buffer> {
  const key = await readFile(path);
  if (key.length >= leastKey) return key;
  throw new UnnestError(
    "USAGE",
    `The file named by --key-file holds ${key.length} bytes; a key has at least ${leastKey}.`,
  );
}

function render(made: Sample & { readonly path: string; readonly anonymized: boolean }, paint: Paint): string {
  const table = renderTable(
    [{ head: "table" }, { head: "documents", align: "right" }, { head: "of", align: "right" }],
    made.tables
      .filter(({ of }) => of > 0)
      .map(({ table: name, kept, of }) => [printable(name), formatCount(kept), formatCount(of)]),
    paint,
  );
  const lines = [
    `${printable(made.path)}: ${formatCount(made.users)} users, ${formatCount(made.documents)} documents, ${formatCount(made.files)} files, ${formatBytes(made.bytes)}, sha256 ${made.sha256}`,
    ...(made.leftOut.length === 0
      ? []
      : [`Left out, since nothing is known of whose they are: ${made.leftOut.map(printable).join(", ")}`]),
    `Next: \`unnest run ${printable(made.path)}\`, or \`npx convex import --replace-all ${printable(made.path)}\` into a deployment of its own.`,
  ];
  return `\n${table}\n\n${lines.join("\n")}\n`;
}
