/**
 * The migration's functions. An application mounts them by one file, `convex/unnest.ts`: `export * from "…/unnest/convex/functions.js"`.
 */
export {};
