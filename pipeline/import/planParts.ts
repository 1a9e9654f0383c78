import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { canonicalEncoding } from "../../transforms/index.js";
import type { EncodedPart } from "../parts/encodeDocuments.js";
import { type EncodedLine, readEncoded } from "../parts/encodedFiles.js";
import { readFacts } from "../parts/facts.js";
import { lineRanges, rawTables } from "../parts/lineRanges.js";
import type { PartsAnswer } from "../parts/partsJob.js";
import { type Pass, planPasses } from "../parts/passes.js";
import { type LineRange, passQuery } from "../parts/passQuery.js";
import { withPartsPool } from "../parts/withPartsPool.js";
import type { StageContext } from "../stage.js";
import { completeParts, findCompleteParts, partName } from "./completeParts.js";
import { encodeEntities, readEntities } from "./entities.js";
import { Born, type EntityOf, Packer } from "./packer.js";
import { PhaseBatches } from "./phaseBatches.js";
import type { PlanWriter } from "./planWriter.js";
import { type BatchBounds, mostUsage } from "./usage.js";

/** By phase, for those that are planned. */
export type Epochs = ReadonlyMap<string, number>;

/**
 * Plans the batches of all parts: maps the snapshot's documents again, in the parts workers, and packs what comes of it phase by phase
 * in the order of the documents, so that a batch holds neighbours. Holds what two workers are at and one open batch a phase.
 *
 * @returns how many parts are left out because the snapshot's new tables hold all their rows already
 */
export async function planParts(
  context: StageContext,
  writer: PlanWriter,
  epochs: Epochs,
  bounds: BatchBounds,
): Promise<number> {
  const { database, model, options, progress, signal, paths } = context;
  const spool = join(paths.spool, "entities");
  mkdirSync(spool, { recursive: true, mode: 0o700 });
  const born = new Born(await encodeEntities(database, model, spool));
  const most = mostUsage(bounds);
  const packers = new Map(
    [...epochs].map(([phase, epoch]) => {
      const [parts, names] = (["parts", "names"] as const).map((sends) => new Packer(model, sends, most, born));
      return [phase, new PhaseBatches(writer, { phase, epoch }, parts as Packer, names as Packer)];
    }),
  );
  const intake = new Intake(context, packers, await findCompleteParts(database));
  const facts = await readFacts(database, model);
  const hasTable = await rawTables(database);
  await withPartsPool(context, facts, "import", async (pool, directory) => {
    for (const [index, pass] of planPasses(options.with).entries()) {
      const { documents, ranges } = await lineRanges(database, pass.table);
      progress.start(`plan ${pass.table}`, documents, "rows");
      const answers = new Map<number, PartsAnswer>();
      let next = 0;
      const takeIn = async () => {
        for (let answer = answers.get(next); answer !== undefined; answer = answers.get(next)) {
          answers.delete(next);
          await intake.take(pass, ranges[next] as LineRange, answer);
          next += 1;
        }
      };
      for (const [at, range] of ranges.entries()) {
        signal.throwIfAborted();
        const file = join(directory, `import-${index}-${range.first}.jsonl`);
        await database.copyLines(passQuery(model, pass, hasTable, range, true), file);
        await pool.submit({ kind: "encode", pass: index, file }, (answer) => {
          answers.set(at, answer);
          progress.advance(range.last - range.first + 1);
        });
        await takeIn();
      }
      while (await pool.next()) await takeIn();
      await takeIn();
      progress.finish();
    }
  });
  for (const packed of packers.values()) packed.finish();
  return intake.leftOut;
}

/** Takes what workers have encoded, in the order of the documents. */
class Intake {
  leftOut = 0;

  constructor(
    private readonly context: StageContext,
    private readonly packers: ReadonlyMap<string, PhaseBatches>,
    private readonly mayBeComplete: boolean,
  ) {}

  async take(pass: Pass, range: LineRange, { files }: PartsAnswer): Promise<void> {
    const { database } = this.context;
    const complete = this.mayBeComplete ? await completeParts(database, pass.table, range) : new Map<string, number>();
    for (const [phase, file] of Object.entries(files)) {
      const packer = this.packers.get(phase);
      const lines = packer === undefined ? [] : [...readEncoded(file)];
      rmSync(file);
      if (packer === undefined) continue;
      const wanted = lines.filter(({ part }) => part.rows === 0 || complete.get(partName(part)) !== part.rows);
      this.leftOut += lines.length - wanted.length;
      const entities = await readEntities(database, new Set(wanted.flatMap(({ part }) => part.entities)));
      const entityOf: EntityOf = (name) => {
        const found = entities.get(name);
        if (found === undefined) throw new TypeError("a part mentions an entity that the run has not made");
        return found;
      };
      for (const line of wanted) packer.add(line, nameOf(line), entityOf);
    }
  }
}

function nameOf({ part }: EncodedLine): { readonly part: EncodedPart; readonly text: Buffer } {
  const { table, documentId, part: name } = part;
  return { part, text: Buffer.from(canonicalEncoding({ table, documentId, part: name })) };
}
