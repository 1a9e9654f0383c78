import { hash } from "node:crypto";
import {
  type Fault,
  type FaultPlan,
  type FaultyCall,
  type faultName,
  type RefusalCode,
  refusals,
} from "./faultPlan.js";

type FaultName = ReturnType<typeof faultName>;

export interface FaultRates {
  readonly seed: string;
  /** Share of the calls that meet a fault, from 0 to 1. */
  readonly share: number;
  /** The faults to choose from, each as likely as every other; all of them where none are named. */
  readonly faults?: readonly FaultName[];
  /** The longest a delayed answer is held back, in milliseconds; 200 unless told otherwise. */
  readonly longestDelay?: number;
  /** The calls that can meet one; all of them unless told otherwise. */
  readonly meets?: (call: FaultyCall) => boolean;
}

const everyFault: readonly FaultName[] = [
  "reset",
  "lost",
  "cutOff",
  "delayed",
  ...(Object.keys(refusals) as RefusalCode[]),
];

/**
 * A plan in which chance decides, from a seed: the n-th call meets the same fault whenever the plan is made again. Which of several calls
 * under way at once is the n-th is up to their clients.
 */
export function seededFaults(rates: FaultRates): FaultPlan {
  const { seed, share, faults = everyFault, longestDelay = 200, meets = () => true } = rates;
  return (call) => {
    if (!meets(call)) return null;
    const digits = hash("sha256", `${seed}\0${call.number}`, "buffer");
    const chance = (index: number): number => digits.readUInt32LE(index * 4) / 2 ** 32;
    if (chance(0) >= share) return null;
    const name = faults[Math.floor(chance(1) * faults.length)];
    return name === undefined ? null : faultOf(name, Math.ceil(chance(2) * longestDelay));
  };
}

function faultOf(name: FaultName, milliseconds: number): Fault {
  switch (name) {
    case "delayed":
      return { kind: name, milliseconds };
    case "reset":
    case "lost":
    case "cutOff":
      return { kind: name };
    default:
      return { kind: "refused", code: name };
  }
}
