/** The rooms that are mutated, each with the tests that are to notice. */
export interface Room {
  /** A folder; every file of it is mutated. */
  readonly mutated: string;
  /** Folders whose tests are played. */
  readonly tests: readonly string[];
}

export const rooms: Readonly<Record<string, Room>> = {
  transforms: { mutated: "transforms", tests: ["test/transforms"] },
  aggregates: { mutated: "convex/aggregates", tests: ["test/convex/aggregates", "test/convex/import"] },
  import: { mutated: "convex/import", tests: ["test/convex/import", "test/convex/schedules"] },
  sync: {
    mutated: "convex/sync",
    tests: [
      "test/convex/sync",
      "test/convex/import",
      "test/convex/dualWrite",
      "test/convex/jobs",
      "test/convex/schedules",
      "test/convex/online",
    ],
  },
  delta: { mutated: "pipeline/delta", tests: ["test/delta"] },
  check: { mutated: "pipeline/check", tests: ["test/check"] },
};
