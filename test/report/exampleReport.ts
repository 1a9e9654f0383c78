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
  setAside: [
    { table: "messages", reason: "Object is missing the required field `role`.", documents: 3, sample: ["jd7aaa"] },
  ],
  existing: [{ table: "attachments", equal: 990, different: 2, unmatched: 1 }],
  ledger: { invalid_storage_id: 10, unknown_field: 1200, something_new: 1 },
  checks: [
    { name: "keys/attachments", status: "passed", violations: 0, sample: [] },
    {
      name: "references/messages",
      status: "listed",
      violations: 7,
      sample: [{ table: "votes", _id: "k57a8z", detail: "messageId" }],
    },
    { name: "slugs", status: "failed", violations: 1, sample: [{ table: "tags", _id: "m17x\u001b[31m", detail: "" }] },
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
};
