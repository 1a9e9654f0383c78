import fc from "fast-check";
import { seedOfRun } from "./seed.js";

fc.configureGlobal({ seed: seedOfRun() });
