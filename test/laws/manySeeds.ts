/** The laws over many seeds: `npm run test:laws -- --seeds 200 [--from 1000] [--documents 500]`. Prints what breaks, by seed; exits with 1 then. */
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

let broken = 0;
for (let seed = first; seed < end; seed++) {
  const run = await hardRun(seed, Number(values.documents));
  for (const [law, breaks] of Object.entries(laws)) {
    const found = await breaks(run);
    if (found.length === 0) continue;
    broken++;
    process.stdout.write(
      `seed ${seed}: ${law}: ${found.length}\n${found
        .slice(0, 5)
        .map((text) => `  ${text}\n`)
        .join("")}`,
    );
  }
  await run.remove();
}
process.stdout.write(`${end - first} seeds, ${broken} laws broken\n`);
process.exitCode = broken === 0 ? 0 : 1;
