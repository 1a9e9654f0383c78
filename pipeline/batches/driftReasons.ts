/**
 * How a part's rows differ from its document: `missing`, a row or an entity it refers to is not there; `stale`, a row has other values;
 * `orphan`, a row that nothing gives; `duplicate`, a second row of one natural key; `altered`, of a part that its rows alone hold: something
 * went past the migration since it was moved.
 */
export const driftReasons = ["missing", "stale", "orphan", "duplicate", "altered"] as const;

export type DriftReason = (typeof driftReasons)[number];
