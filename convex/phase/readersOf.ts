import { shadowReaders } from "../read/shadowReaders.js";
import type { Phase } from "./phases.js";

/** The readers of a phase whose two sides are compared, by the names under which differences are stored. */
export function readersOf(phase: Phase): readonly string[] {
  return Object.keys(shadowReaders).filter((reader) => shadowReaders[reader]?.some((part) => part.phase === phase));
}
