/** A process that runs the fake stages and is killed in the middle of one: `tsx killedRun.ts <run directory> <stage>`. */
import { fakeRun } from "./fakeRun.js";

const [root = "", stage = ""] = process.argv.slice(2);
await fakeRun(root, { [stage]: () => process.kill(process.pid, "SIGKILL") && new Promise(() => {}) });
