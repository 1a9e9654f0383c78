/** The one file with which an application mounts the migration's functions. */
export * from "../../../convex/functions.js";
