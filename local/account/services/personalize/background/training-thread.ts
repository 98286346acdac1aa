/**
 * The thread that `training-worker.ts` starts: trains its request and posts the result as a
 * message.
 */
import { parentPort, workerData } from "node:worker_threads";
import { TrainingRefused } from "../recommender/data/refused";
import type { TrainedModel, TrainingRequest } from "../recommender/data/types";
import { train } from "../recommender/train";

export type ThreadMessage =
  | { readonly kind: "progress"; readonly done: number; readonly what: string }
  | { readonly kind: "trained"; readonly model: TrainedModel }
  | { readonly kind: "refused"; readonly reason: string };

const send = (message: ThreadMessage) => parentPort?.postMessage(message);

try {
  const model = train(workerData as TrainingRequest, (done, what) => send({ kind: "progress", done, what }));
  send({ kind: "trained", model });
} catch (error) {
  // A refusal is a result; anything else ends the thread and reaches the starter as its error
  // event.
  if (!(error instanceof TrainingRefused)) throw error;
  send({ kind: "refused", reason: error.reason });
}
