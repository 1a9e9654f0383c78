import type { Report } from "../../pipeline/report/report.js";

/** A run in which something of everything happened. */
export const exampleReport: Report = {
  snapshot: { name: "export\u001b[2J.zip", sha256: "5eed".repeat(16), tables: 24, rows: 1_234_567, bytes: 812_345_678 },
  stages: [
    { name: "load", status: "done", rows: 1_234_567, bytes: 812_345_678, seconds: 8.25, peakBytes: 1_500_000_000 },
    { name: "transform", status: "done", rows: 900_000, bytes: 700_000_000, seconds: 75, peakBytes: 1_900_000_000 },
    { name: "check", status: "failed", rows: 0, bytes: 0, seconds: 1, peakBytes: 900_000_000, error: "CHECKS_FAILED" },
    { name: "package", status: "notRun", rows: 0, bytes: 0, seconds: 0, peakBytes: 0 },
    { name: "report", status: "done", rows: 9, bytes: 4096, seconds: 0.1, peakBytes: 900_000_000 },
  ],
  accounting: [
    { phase: "phase-1", element: "attachment", source: 1000, rows: 990, merged: 0, rejected: 10, kept: 0, derived: 0 },
    { phase: "phase-1", element: "partialToolCall", source: 0, rows: 0, merged: 0, rejected: 0, kept: 0, derived: 0 },
    {
      phase: "phase-6",
      element: "conversationTokenUsage (derived)",
      source: 3_000_000,
      rows: 3_000_000,
      merged: 3_000_000,
      rejected: 3_000_000,
      kept: 3_000_000,
      derived: 3_000_000,
    },
    { phase: "phase-5", element: "tags (derived)", source: 0, rows: 0, merged: 0, rejected: 0, kept: 0, derived: 12 },
  ],
  misfits: [
    {
      ...{ table: "messages", reason: "Object is missing the required field `role`.", schemas: "both", documents: 3 },
      sample: ["jd7aaa"],
    },
  ],
  existing: [{ table: "attachments", equal: 990, different: 2, unmatched: 1 }],
  ledger: { invalid_storage_id: 10, unknown_field: 1200, something_new: 1 },
  ledgerLines: [
    {
      ...{
        phase: "phase-1",
        code: "invalid_storage_id",
        kind: "rejected",
        table: "messages",
        entries: 10,
        documents: 9,
      },
      sample: ["jd7aaa", "jd7bbb"],
    },
    {
      ...{ phase: "phase-1", code: "unknown_field", kind: "kept", table: "messages", entries: 1000, documents: 2 },
      sample: ["jd7aaa", "jd7ccc"],
    },
    {
      ...{ phase: "phase-2", code: "unknown_field", kind: "kept", table: "conversations", entries: 200, documents: 1 },
      sample: ["k57ddd"],
    },
    {
      ...{ phase: "phase-5", code: "something_new", kind: "noted", table: "bookmarks", entries: 1, documents: 1 },
      sample: ["p17eee"],
    },
  ],
  checks: [
    {
      name: "keys/attachments",
      rule: "Keys are unique.",
      remedy: "Report it.",
      status: "passed",
      covered: 1_234,
      violations: 0,
      sample: [],
    },
    {
      name: "references/messages",
      rule: "Every reference resolves.",
      remedy: "Look at the documents.",
      status: "listed",
      covered: 1_234,
      violations: 7,
      sample: [{ table: "votes", _id: "k57a8z", detail: "messageId" }],
    },
    {
      name: "slugs",
      rule: "Slugs are normalized.",
      remedy: "Report the tag.",
      status: "failed",
      covered: 1_234,
      violations: 1,
      sample: [{ table: "tags", _id: "m17x\u001b[31m", detail: "" }],
    },
  ],
  figures: [
    { name: "mean message size", value: -46.212, unit: "%", goal: "≤ -40 %", met: true },
    { name: "project links inconsistent after", value: 3, unit: "links", goal: "0", met: false },
    {
      name: "documents that need an original entry beside rows",
      value: 1.934,
      unit: "% of documents with moved fields",
      goal: "< 3 %",
      met: true,
    },
    { name: "preferences per user", value: 7.5, unit: "rows" },
  ],
  sizes: {
    tables: [
      { table: "messages", isNew: false, rows: 300_000, before: 700_000_000, after: 380_000_000 },
      { table: "toolCalls", isNew: true, rows: 180_000, before: 0, after: 200_000_000 },
      { table: "users", isNew: false, rows: 900, before: 1_200_000, after: 1_200_000 },
    ],
    phases: [
      { phase: "phase-1", moved: 250_000_000, rows: 180_990, made: 210_000_000 },
      { phase: "phase-6", moved: 0, rows: 3_000, made: 400_000 },
    ],
  },
};
