/** Entry of a worker thread: runs requests one after another and answers each. */
import { parentPort, workerData } from "node:worker_threads";
import { type PartsConfiguration, PartsJob, type PartsRequest } from "./partsJob.js";

const { configuration, worker } = workerData as { configuration: PartsConfiguration; worker: number };
const job = new PartsJob(configuration, worker);

parentPort?.on("message", (request: PartsRequest) => {
  parentPort?.postMessage(job.run(request));
});
