import { performance } from "node:perf_hooks";
import type { ConvexCommand } from "./convexCommand.js";
import { timed } from "./step.js";
import type { Target } from "./target.js";

export interface RemoteTargetOptions {
  readonly url: string;
  readonly adminKey: string;
  readonly convex: ConvexCommand;
  /** Has somebody filled it with the snapshot already? */
  readonly isFilled: boolean;
}

/** A deployment elsewhere: dev, preview or self-hosted. It cannot be copied, and nobody here counts what it does. */
export function remoteTarget({ url, adminKey, convex, isFilled }: RemoteTargetOptions): Target {
  return {
    kind: "remote",
    url,
    adminKey,
    fill: async (snapshot) => {
      if (isFilled) return [];
      const began = performance.now();
      await convex.importAll(snapshot);
      return [timed("seconds to fill the deployment", (performance.now() - began) / 1000, "seconds")];
    },
    export: async (path) => await convex.exportTo(path),
    copy: async () => null,
    counted: () => [],
    close: async () => {},
  };
}
