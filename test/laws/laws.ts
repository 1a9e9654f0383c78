/** The laws of spec 4 over a run. Each gives back what breaks it, so that a test and a long search can both ask. */
import { isDeepStrictEqual } from "node:util";
import type { GenericValidator, Value } from "convex/values";
import { finalSchema } from "../../convex/schema/finalSchema.js";
import { oldSchema } from "../../convex/schema/oldSchema.js";
import { transitionalSchema } from "../../convex/schema/transitionalSchema.js";
import { decodeId } from "../../pipeline/convexFormat/ids.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { validateDocument } from "../../pipeline/model/validateValue.js";
import { idTableOf } from "../../pipeline/parts/environment.js";
import { ledgerCodes, transforms } from "../../transforms/index.js";
import { absent, type Fields, type HardRun, openReadOnly } from "./hardRun.js";
import { valueAt } from "./naiveValue.js";
import { rebuildBreaks } from "./rebuildBreaks.js";
import { countElements, elementKinds, isWithin } from "./sourceElements.js";

export const laws: Readonly<Record<string, (run: HardRun) => string[] | Promise<string[]>>> = {
  "every check passes; only what the source holds is listed": ({ report }) =>
    report.checks
      .filter(
        ({ status, name }) =>
          !["passed", "notApplicable"].includes(status) && !(status === "listed" && aboutSource.includes(name)),
      )
      .map(({ name }) => name),
  "what a deploy would refuse is listed, no more and no less": misfitBreaks,
  "source = rows + merged + rejected + kept, kind by kind": accountingBreaks,
  "rejected elements stand in the ledger, one entry each": rejectionBreaks,
  "all rows of a table are those of its elements and derived ones": rowCountBreaks,
  "every entry has a code of the catalogue, in its phase and kind": codeBreaks,
  "every value in the ledger is the one at its path in the source": valueBreaks,
  "every row fits the final schema": schemaBreaks,
  "an id stands in the package once, with the number of its table": idBreaks,
  "patches expect what stands there, and set what is counted": patchBreaks,
  "every moved field comes back from rows and ledger": rebuildBreaks,
};

/** Checks whose findings are the source's own. */
const aboutSource = ["sourceForeignKey", "sourceSchema", "repeatedKeys"];

/** The whole documents, validated once more against both schemas as Convex declares them. */
async function misfitBreaks({ documents, tableNumbers, database: path }: HardRun): Promise<string[]> {
  const database = await openReadOnly(path);
  const listed = await database.rows<{ _id: string; old: boolean; both: boolean }>(
    "SELECT _id, true AS old, bool_or(schemas = 'both') AS \"both\" FROM meta.misfits GROUP BY _id",
  );
  database.close();
  const found = new Map(listed.map(({ _id, ...schemas }) => [_id, schemas]));
  const idTable = idTableOf({ tableNumbers: Object.fromEntries(tableNumbers) });
  const refuses = (schema: Schema, table: string, fields: Fields): boolean => {
    const validator = schema.tables[table]?.validator;
    return validator?.kind === "object" && validateDocument(fields, validator.fields, idTable) !== null;
  };
  return [...documents].flatMap(([id, { table, fields }]) => {
    const { old = false, both = false } = found.get(id) ?? {};
    if (old !== refuses(oldSchema, table, fields)) return [`${table} ${id}: the old schema`];
    return both === refuses(transitionalSchema, table, fields) ? [] : [`${table} ${id}: the transitional schema`];
  });
}

interface Schema {
  readonly tables: Readonly<Record<string, { readonly validator: GenericValidator }>>;
}

function accountingBreaks({ report, documents }: HardRun): string[] {
  const breaks = report.accounting
    .filter(({ source, rows, merged, rejected, kept }) => source !== rows + merged + rejected + kept)
    .map(({ element }) => `${element}: the sum is not the source`);
  for (const kind of elementKinds) {
    const line = report.accounting.find(({ element }) => element === kind);
    const counted = countElements(kind, documents.values());
    if (line?.source !== counted) breaks.push(`${kind}: ${line?.source} accounted for, ${counted} in the documents`);
  }
  const unknown = report.accounting.filter(
    ({ element }) => !elementKinds.includes(element) && !element.endsWith(" (derived)"),
  );
  return [...breaks, ...unknown.map(({ element }) => `${element}: a kind that nobody counts`)];
}

function rejectionBreaks({ report, entries }: HardRun): string[] {
  return elementKinds.flatMap((kind) => {
    const inLedger = entries.filter((entry) => entry.kind === "rejected" && isWithin(kind, entry)).length;
    const rejected = report.accounting.find(({ element }) => element === kind)?.rejected;
    return rejected === inLedger ? [] : [`${kind}: ${rejected} accounted for, ${inLedger} entries`];
  });
}

function rowCountBreaks({ report, rows }: HardRun): string[] {
  const tableOf = new Map(transforms.flatMap(({ elements }) => Object.entries(elements)));
  const expected = new Map<string, number>();
  for (const { element, rows: own, derived } of report.accounting) {
    const table = tableOf.get(element) ?? element.replace(" (derived)", "");
    expected.set(table, (expected.get(table) ?? 0) + own + derived);
  }
  return loadModel().normalized.flatMap(({ name }) => {
    const packaged = rows.filter(({ table }) => table === name).length;
    return packaged === (expected.get(name) ?? 0)
      ? []
      : [`${name}: ${packaged} rows, ${expected.get(name)} accounted for`];
  });
}

function codeBreaks({ entries }: HardRun): string[] {
  return entries.flatMap(({ code, phase, kind }) => {
    const known = ledgerCodes[code];
    const fits = known?.phases.includes(phase) && (known.kinds as readonly string[]).includes(kind);
    return fits ? [] : [`${phase} ${kind} ${code}`];
  });
}

function valueBreaks({ entries, documents }: HardRun): string[] {
  return entries.flatMap((entry) => {
    const name = `${entry.code} ${entry.table} ${entry.documentId} ${entry.path}`;
    const document = documents.get(entry.documentId);
    if (document?.table !== entry.table) return [`${name}: no such document`];
    const there = valueAt(document.fields as Value, entry.path);
    // A source that has no id at all is given a number too; what was replaced is nothing.
    const isNothing = entry.code === "source_id_replaced" && there === undefined;
    const needed = !isNothing && (entry.kind === "rejected" || entry.kind === "kept");
    if (entry.value === undefined) return needed ? [`${name}: no value`] : [];
    if (entry.kind === "noted") return [`${name}: a value that nothing asks for`];
    // A field that must stay away although there are rows: its original is empty.
    if (entry.code === "original" && there === undefined && isDeepStrictEqual(entry.value, [])) return [];
    return isDeepStrictEqual(entry.value, there) ? [] : [`${name}: another value`];
  });
}

function patchBreaks({ patches, documents }: HardRun): string[] {
  const messages = new Map<unknown, number>();
  for (const { table, fields } of documents.values()) {
    if (table === "messages") messages.set(fields.conversationId, (messages.get(fields.conversationId) ?? 0) + 1);
  }
  const counts = new Map<string, Value | undefined>();
  for (const [id, { table, fields }] of documents) if (table === "conversations") counts.set(id, fields.messageCount);
  const breaks: string[] = [];
  for (const { table, _id, expect, set, unset } of patches) {
    const document = documents.get(_id);
    const name = `patch of ${table} ${_id}`;
    if (document?.table !== table) breaks.push(`${name}: no such document`);
    const changed = [...Object.keys(set), ...unset];
    if (!isDeepStrictEqual(changed.sort(), Object.keys(expect).sort()))
      breaks.push(`${name}: expects something else than it changes`);
    for (const [field, value] of Object.entries(expect)) {
      const there = document?.fields[field] ?? (field in (document?.fields ?? {}) ? null : absent);
      if (!isDeepStrictEqual(value, there)) breaks.push(`${name}: ${field} is something else`);
    }
    if (set.messageCount !== undefined) counts.set(_id, set.messageCount);
  }
  for (const [id, count] of counts) {
    if (count !== (messages.get(id) ?? 0)) breaks.push(`conversations ${id}: messageCount stays wrong`);
  }
  return breaks;
}

function schemaBreaks({ rows, tableNumbers }: HardRun): string[] {
  const idTable = idTableOf({ tableNumbers: Object.fromEntries(tableNumbers) });
  const { tables }: Schema = finalSchema;
  return rows.flatMap(({ table, fields }) => {
    const validator = tables[table]?.validator;
    if (validator?.kind !== "object") return [`${table}: not in the final schema`];
    const reason = validateDocument(fields, validator.fields, idTable);
    return reason === null ? [] : [`${table} ${String(fields._id)}: ${reason}`];
  });
}

function idBreaks({ rows, documents, tableNumbers }: HardRun): string[] {
  const seen = new Set<unknown>(documents.keys());
  return rows.flatMap(({ table, fields }) => {
    const isNew = !seen.has(fields._id);
    seen.add(fields._id);
    const fits = decodeId(String(fields._id))?.tableNumber === tableNumbers.get(table);
    return isNew && fits ? [] : [`${table} ${String(fields._id)}`];
  });
}
