/** What one function call may take in a deployment (spec 9). A value equal to a limit passes. */

const MiB = 1_048_576;

/** What `ctx.meta.getTransactionMetrics()` counts, under its names. */
export interface TransactionLimits {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Index intervals: disjoint ones per index; repeats merge. */
  readonly databaseQueries: number;
  /** Documents scanned, also those that a filter then drops. */
  readonly documentsRead: number;
  /** Write calls; a delete is one, of 0 bytes. */
  readonly documentsWritten: number;
  readonly functionsScheduled: number;
  readonly scheduledFunctionArgsBytes: number;
}

export interface FunctionLimits extends TransactionLimits {
  readonly argumentBytes: number;
  readonly returnBytes: number;
  /** Levels of arrays and objects in arguments and return values, the outermost included. */
  readonly callNesting: number;
  readonly paginatedQueries: number;
  /** Of the function's own code, without what the database takes. */
  readonly userMilliseconds: number;
}

export const functionLimits: FunctionLimits = {
  bytesRead: 16 * MiB,
  bytesWritten: 16 * MiB,
  databaseQueries: 4096,
  documentsRead: 32_000,
  documentsWritten: 16_000,
  functionsScheduled: 1000,
  scheduledFunctionArgsBytes: 16 * MiB,
  argumentBytes: 16 * MiB,
  returnBytes: 16 * MiB,
  callNesting: 64,
  paginatedQueries: 1,
  userMilliseconds: 1000,
};

/** What all writers of a deployment may do together, by its class; `getDeploymentMetadata` names the class in lower case. */
export const deploymentClasses = {
  s16: { writeBytesPerSecond: 4 * MiB, concurrentMutations: 16 },
  s256: { writeBytesPerSecond: 8 * MiB, concurrentMutations: 256 },
  d1024: { writeBytesPerSecond: 32 * MiB, concurrentMutations: 512 },
  d2048: { writeBytesPerSecond: 64 * MiB, concurrentMutations: 1024 },
} as const;
