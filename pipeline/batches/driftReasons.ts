/**
 * How a part's rows differ from its document: `missing`, a row or an entity it refers to is not there; `stale`, a row has other values;
 * `orphan`, a row that nothing gives; `duplicate`, a second row of one natural key.
 */
export const driftReasons = ["missing", "stale", "orphan", "duplicate"] as const;

export type DriftReason = (typeof driftReasons)[number];
