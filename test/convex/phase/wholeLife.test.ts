import { expect, test } from "vitest";
import type { StoredDocument } from "../../../convex/documents.js";
import { anyReader } from "../../../convex/documents.js";
import { documentTablesOf, movedFieldsOf } from "../../../convex/phase/phaseTables.js";
import type { Phase } from "../../../convex/phases.js";
import { phases } from "../../../convex/phases.js";
import { transforms } from "../../../transforms/index.js";
import { sameFieldValue } from "../../../transforms/sameFieldValue.js";
import { all, type Deployment } from "../deployment.js";
import { stopClock } from "./clock.js";
import { askAll, call, climb, drive, driveBadly, prove, statusOf } from "./drive.js";
import { aWorld } from "./world.js";

stopClock();

const documentsOf = async (deployment: Deployment, phase: Phase): Promise<ReadonlyMap<string, StoredDocument>> => {
  const tables = await deployment.run(({ db }) =>
    Promise.all(documentTablesOf(phase).map((table) => anyReader(db).query(table).collect())),
  );
  return new Map(tables.flat().map((document) => [document._id, document]));
};

const standing = (documents: ReadonlyMap<string, StoredDocument>, phase: Phase) =>
  [...documents.values()].filter((document) => movedFieldsOf(phase).some(({ field }) => document[field] !== undefined));

const expectSame = (
  phase: Phase,
  now: ReadonlyMap<string, StoredDocument>,
  was: ReadonlyMap<string, StoredDocument>,
) => {
  expect(now.size).toBe(was.size);
  for (const [id, before] of was) {
    for (const { field } of movedFieldsOf(phase)) {
      const after = now.get(id)?.[field];
      expect(sameFieldValue(field, before[field], after), `${field} ${JSON.stringify([before[field], after])}`).toBe(
        true,
      );
    }
  }
};

const driftOf = async (deployment: Deployment, phase: Phase) => {
  const parts = transforms.filter((transform) => transform.phase === phase);
  const answers = await Promise.all(
    parts.map(({ part }) => askAll(deployment, "verifyPhase", { migrationId: phase, part, documents: 2 })),
  );
  return answers.flat().flatMap(({ drifted }) => drifted ?? []);
};

test.each(phases)(
  "%s lives from off to complete, back in between, every page sent twice; documents come back equal",
  async (migrationId) => {
    const { deployment } = await aWorld();
    const before = await documentsOf(deployment, migrationId);
    const epoch = await climb(deployment, migrationId, "new");
    expect(epoch).toBe(1);
    expect(await driftOf(deployment, migrationId)).toEqual([]);

    const force = ["buffer_running"];
    await call(deployment, "startCleanup", { migrationId, force });
    const cleaned = await driveBadly(deployment, "cleanupPage", { migrationId, epoch });
    expect(cleaned.at(-1)).toMatchObject({ isDone: true, left: 0 });
    expect(standing(await documentsOf(deployment, migrationId), migrationId)).toEqual([]);
    expect(await driftOf(deployment, migrationId)).toEqual([]);

    await call(deployment, "startRebuild", { migrationId });
    const rebuilt = await driveBadly(deployment, "rebuildPage", { migrationId, epoch });
    expect(rebuilt.at(-1)).toMatchObject({ isDone: true, left: 0 });
    expect(await statusOf(deployment, migrationId)).toMatchObject({ step: "new", epoch });
    expectSame(migrationId, await documentsOf(deployment, migrationId), before);
    expect(await all(deployment, "unnestLedger")).toEqual([]);
    expect(await driftOf(deployment, migrationId)).toEqual([]);

    await prove(deployment, migrationId, epoch);
    await call(deployment, "startCleanup", { migrationId, force });
    await drive(deployment, "cleanupPage", { migrationId, epoch });
    await call(deployment, "switchStep", { migrationId, to: "complete" });
    expect(standing(await documentsOf(deployment, migrationId), migrationId)).toEqual([]);
    expect(await statusOf(deployment, migrationId)).toMatchObject({ step: "complete", epoch });
  },
);
