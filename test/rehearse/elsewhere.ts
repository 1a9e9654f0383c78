/** A rehearsal by `--url`'s way: the deployment is served beside it and reached over HTTP alone, Convex's command line played by functions. */

import { defineSchema } from "convex/server";
import { transitionalSchema } from "../../convex/schema/transitionalSchema.js";
import { applicationModules } from "../../fixtures/application/modules.js";
import { Random } from "../../fixtures/generator/random.js";
import { documentRules } from "../../fixtures/traffic/documentRules.js";
import { openDoor } from "../../fixtures/traffic/door.js";
import { syntheticUsers } from "../../fixtures/traffic/syntheticUsers.js";
import { exportSnapshot } from "../../pipeline/embedded/archive/exportSnapshot.js";
import { importSnapshot } from "../../pipeline/embedded/archive/importSnapshot.js";
import { EmbeddedDeployment } from "../../pipeline/embedded/embeddedDeployment.js";
import { serve } from "../../pipeline/embedded/serve.js";
import { FaultSchedule } from "../../pipeline/rehearse/faultSchedule.js";
import type { RehearsalReport } from "../../pipeline/rehearse/rehearsalReport.js";
import { rehearse } from "../../pipeline/rehearse/rehearse.js";
import { remoteTarget } from "../../pipeline/rehearse/remoteTarget.js";
import { silentProgress } from "../../pipeline/run/progress.js";

const adminKey = `dev:elsewhere|${"b".repeat(40)}`;

/** @param cli the built command's `cli.js` */
export async function rehearseElsewhere({
  snapshot,
  out,
  cli,
}: {
  readonly snapshot: string;
  readonly out: string;
  readonly cli: string;
}): Promise<RehearsalReport> {
  const random = new Random(1, 2, 3);
  const deployment = await EmbeddedDeployment.create({
    // Generated snapshots hold a preference that the schema does not name.
    schema: defineSchema(transitionalSchema.tables, { schemaValidation: false }),
    modules: applicationModules,
    random: () => random.next(),
  });
  const served = await serve(deployment, { adminKey });
  deployment.startScheduler();
  const target = remoteTarget({
    url: served.url,
    adminKey,
    isFilled: false,
    convex: {
      importAll: async (path) => void (await importSnapshot(deployment, path, "replace-all")),
      exportTo: async (path) => await exportSnapshot(deployment, path),
    },
  });
  try {
    return await rehearse({
      ...{ snapshot, sha256: "", seed: 1, users: 4, traffic: "heavy", faults: "off", keep: false, target },
      root: out,
      schedule: new FaultSchedule("1", "off"),
      rules: documentRules,
      openTraffic: async () =>
        await syntheticUsers({ door: openDoor(served.url, adminKey), seed: 1, sessions: 4, now: Date.now }),
      importOptions: [],
      launch: { program: [process.execPath, cli], environment: process.env },
      progress: silentProgress,
      signal: new AbortController().signal,
    });
  } finally {
    await deployment.stopScheduler();
    await served.close();
  }
}
