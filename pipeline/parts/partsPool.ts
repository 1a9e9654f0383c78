/** Runs parts requests in worker threads, a bounded number under way, or inline where threads do not pay. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type PartsAnswer, type PartsConfiguration, PartsJob, type PartsRequest } from "./partsJob.js";

/** Requests a worker may have waiting: one in work, one at hand. */
const queueLength = 2;

/** Documents are garbage within milliseconds; a larger nursery lets nearly all of them die there. */
const maxYoungGenerationSizeMb = 64;

interface Lane {
  run(request: PartsRequest): Promise<PartsAnswer>;
  waiting: number;
  close(): Promise<void>;
}

function inlineLane(configuration: PartsConfiguration, index: number): Lane {
  const job = new PartsJob(configuration, index);
  return { run: async (request) => job.run(request), waiting: 0, close: async () => {} };
}

function threadLane(script: string, configuration: PartsConfiguration, index: number): Lane {
  const worker = new Worker(script, {
    workerData: { configuration, worker: index },
    resourceLimits: { maxYoungGenerationSizeMb },
  });
  const waiting: { resolve: (answer: PartsAnswer) => void; reject: (error: unknown) => void }[] = [];
  const fail = (error: unknown) => {
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  worker.on("message", (answer: PartsAnswer) => waiting.shift()?.resolve(answer));
  worker.on("error", fail);
  worker.on("exit", (code) => fail(new Error(`a mapping worker stopped with code ${code}`)));
  return {
    run: (request) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker.postMessage(request);
      }),
    waiting: 0,
    close: async () => {
      await worker.terminate();
    },
  };
}

export class PartsPool {
  private readonly lanes: readonly Lane[];
  private readonly underWay = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | undefined;

  /**
   * @param threads worker threads; 0 runs everything on the calling thread (small inputs: starting a thread costs more than mapping a few
   *   thousand documents). Sources that are not compiled have no worker script, so tests from source run inline too.
   */
  constructor(configuration: PartsConfiguration, threads: number) {
    const script = fileURLToPath(new URL("./partsWorker.js", import.meta.url));
    const inline = threads === 0 || !existsSync(script);
    this.lanes = Array.from({ length: inline ? 1 : threads }, (_, index) =>
      inline ? inlineLane(configuration, index) : threadLane(script, configuration, index),
    );
  }

  /** Hands a request to the least busy worker; resolves as soon as there is room for another one. */
  async submit(request: PartsRequest, onAnswer: (answer: PartsAnswer) => void): Promise<void> {
    const lane = this.lanes.reduce((best, candidate) => (candidate.waiting < best.waiting ? candidate : best));
    lane.waiting += 1;
    const done = lane
      .run(request)
      .then(onAnswer, (error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => {
        lane.waiting -= 1;
        this.underWay.delete(done);
      });
    this.underWay.add(done);
    while (this.lanes.every(({ waiting }) => waiting >= queueLength)) await Promise.race(this.underWay);
    this.throwFailure();
  }

  /** Waits until a request is done; false when none is under way. Throws what the first failed one threw. */
  async next(): Promise<boolean> {
    const waits = this.underWay.size > 0;
    if (waits) await Promise.race(this.underWay);
    this.throwFailure();
    return waits;
  }

  async close(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.close()));
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }
}
