/** The operators behind a query's source, in their order: filters drop documents, limits end the query. */
import type { Fields, StoredDocument, Table } from "../store/table.js";
import { compileFilter } from "./filterExpression.js";
import type { Operator } from "./serializedQuery.js";

export class Operators {
  private readonly steps: ({ filter: (document: Fields) => boolean } | { left: number })[];

  constructor(operators: readonly Operator[]) {
    this.steps = operators.map((operator) =>
      "limit" in operator ? { left: operator.limit } : { filter: compileFilter(operator.filter) },
    );
  }

  /** Whether a limit is reached, so that reading on would be in vain. */
  get isOver(): boolean {
    return this.steps.some((step) => "left" in step && step.left <= 0);
  }

  /** Whether a document comes through; each that reaches a limit counts against it. */
  pass(table: Table, document: StoredDocument): boolean {
    let fields: Fields | undefined;
    for (const step of this.steps) {
      if ("left" in step) {
        if (step.left-- <= 0) return false;
        continue;
      }
      fields ??= table.fieldsOf(document);
      if (!step.filter(fields)) return false;
    }
    return true;
  }
}
