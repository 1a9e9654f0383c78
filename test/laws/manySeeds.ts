/**
 * The laws over many seeds: `npm run test:laws -- --seeds 200 [--from 1000] [--documents 500]`. Prints which seeds, and what breaks, by
 * seed; exits with 1 then.
 */
import { parseArgs } from "node:util";
import { hardRun } from "./hardRun.js";
import { laws } from "./laws.js";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "200" },
    from: { type: "string", default: "1000" },
    documents: { type: "string", default: "500" },
  },
});
const first = Number(values.from);
const end = first + Number(values.seeds);

process.stdout.write(`seeds ${first} to ${end - 1}, ${values.documents} documents each\n`);
let broken = 0;
for (let seed = first; seed < end; seed++) {
  for (const text of await breaksOf(seed)) {
    broken++;
    process.stdout.write(`seed ${seed}: ${text}\n`);
  }
}
process.stdout.write(`${end - first} seeds, ${broken} laws broken\n`);
process.exitCode = broken === 0 ? 0 : 1;

/** What is broken with a seed: a text a law. */
async function breaksOf(seed: number): Promise<string[]> {
  try {
    const run = await hardRun(seed, Number(values.documents));
    const broken: string[] = [];
    for (const [law, breaks] of Object.entries(laws)) {
      const found = await breaks(run);
      if (found.length > 0) broken.push([`${law}: ${found.length}`, ...found.slice(0, 5)].join("\n  "));
    }
    await run.remove();
    return broken;
  } catch (error) {
    return [String(error)];
  }
}
