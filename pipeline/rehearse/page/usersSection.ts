import { dataTable } from "../../page/dataTable.js";
import type { Section } from "../../page/renderPage.js";
import { formatCount } from "../../terminal/quantities.js";
import type { RehearsalReport } from "../rehearsalReport.js";

/** What users did meanwhile. Null where nobody wrote. */
export function usersSection({ actions }: RehearsalReport): Section | null {
  if (actions.length === 0) return null;
  return {
    id: "users",
    title: "What users did meanwhile",
    body: dataTable(
      "What users did",
      [
        { head: "action", kind: "wide" },
        ...["done", "refused, as it has to be", "failed"].map((head) => ({ head, kind: "number" as const })),
      ],
      actions.map(({ action, done, refused, failed }) => [action, ...[done, refused, failed].map(formatCount)]),
    ),
  };
}
