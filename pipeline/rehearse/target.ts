/** The deployment that a rehearsal plays in, as its steps see it. */
import type { Figure } from "./step.js";

export interface Target {
  readonly kind: "embedded" | "remote";
  /** For the client and the commands; the key travels in their environment. */
  readonly url: string;
  readonly adminKey: string;
  /** Makes the deployment hold the snapshot's documents under their own ids, and nothing else. @returns what it measured */
  fill(snapshot: string): Promise<readonly Figure[]>;
  /** Writes an export of this moment. */
  export(path: string): Promise<void>;
  /** Another deployment, filled with an export; null where there is none to be had. */
  copy(snapshot: string): Promise<Target | null>;
  /** What the deployment has counted since the last time. */
  counted(): readonly Figure[];
  close(): Promise<void>;
}
