import { createHash, type Hash } from "node:crypto";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { ownValue } from "../../../aws/record";
import { bundleProgram } from "../../../processes/bundle";
import { TrainingRefused } from "../recommender/data/refused";
import type { TrainedModel, TrainingRequest } from "../recommender/data/types";
import { readRecipe } from "../recommender/recipes/recipe";
import type { OnProgress } from "../recommender/train";
import type { ThreadMessage } from "./training-thread";

interface TrainingOptions {
  readonly onProgress?: OnProgress;
  /** Stops the training; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The number of models that are kept for repeated requests. */
const cacheSize = 4;
const cache = new Map<string, TrainedModel>();
/** Trainings wait for each other: two at once would need twice the memory. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Trains in a separate thread, so that the account keeps serving; at most one training runs at
 * once. A request over the data of an earlier one, whose recipe trains the same model, gets that
 * model.
 * @throws TrainingRefused with the reason for `failureReason`; the signal's reason when it was
 * stopped
 */
export async function trainInWorker(
  request: TrainingRequest,
  { onProgress = () => {}, signal }: TrainingOptions = {},
): Promise<TrainedModel> {
  const key = contentKey(request);
  const turn = queue.then(async () => {
    signal?.throwIfAborted();
    const known = cache.get(key);
    if (known) onProgress(1, "storing the model, which was trained on the same data before");
    const model = known ?? (await runThread(request, onProgress, signal));
    remember(key, model);
    return { ...model, recipe: request.recipe };
  });
  queue = turn.catch(() => {});
  return rejectOnAbort(turn, signal);
}

/** The newest used last, the oldest dropped. */
function remember(key: string, model: TrainedModel): void {
  cache.delete(key);
  cache.set(key, model);
  for (const oldest of [...cache.keys()].slice(0, -cacheSize)) cache.delete(oldest);
}

/** A request that waits for its turn can be stopped too. */
function rejectOnAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/**
 * Equal for requests that train the same model: the recipe counts by what it makes of its
 * hyperparameters.
 */
function contentKey(request: TrainingRequest): string {
  const { interactions, items, previous } = request;
  const hash = createHash("sha256");
  const recipe = readRecipe(request.recipe, request.hyperparameters);
  const settings = {
    recipe,
    ...(recipe.family === "trending" && { now: request.now }),
    trainingMode: request.trainingMode,
    seed: request.seed,
    testFold: request.testFold,
    columns: Object.keys(items.categorical).sort(),
    contexts: Object.keys(interactions.contexts ?? {}),
  };
  hash.update(JSON.stringify(settings));
  const { userIds, itemIds, eventTypes, contexts = {} } = interactions;
  for (const { values, codes } of [userIds, itemIds, eventTypes, ...Object.values(contexts)]) {
    addTexts(hash, values);
    hash.update(bytesOf(codes));
  }
  if (interactions.typeRewards) hash.update("rewards").update(bytesOf(interactions.typeRewards));
  hash.update(bytesOf(interactions.timestamps)).update(bytesOf(items.creationTimestamps));
  addTexts(hash, items.itemIds);
  for (const column of settings.columns) addTexts(hash, ownValue(items.categorical, column) ?? []);
  // An update depends on the version it starts from, which no digest of the data describes.
  if (previous) hash.update(`update ${versionNumber(previous)}`);
  return hash.digest("hex");
}

/** In parts: as one text, the ids of some million users would be longer than a text can be. */
function addTexts(hash: Hash, texts: readonly (string | undefined)[]): void {
  const part = 10_000;
  hash.update(`${texts.length} texts`);
  for (let from = 0; from < texts.length; from += part) hash.update(JSON.stringify(texts.slice(from, from + part)));
}

const bytesOf = (values: Float64Array | Int32Array) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

const versionNumbers = new WeakMap<TrainedModel, number>();
let versions = 0;

function versionNumber(model: TrainedModel): number {
  const known = versionNumbers.get(model) ?? ++versions;
  versionNumbers.set(model, known);
  return known;
}

function runThread(
  request: TrainingRequest,
  onProgress: OnProgress,
  signal: AbortSignal | undefined,
): Promise<TrainedModel> {
  return new Promise((resolve, reject) => {
    // As one text: a thread that loads TypeScript starts five times as slowly.
    const program = bundleProgram(join(__dirname, "training-thread.ts"));
    const worker = new Worker(program, { eval: true, workerData: request, execArgv: [] });
    const stop = () => void worker.terminate();
    signal?.addEventListener("abort", stop, { once: true });
    worker.on("message", (message: ThreadMessage) => {
      if (message.kind === "progress") onProgress(message.done, message.what);
      else if (message.kind === "trained") resolve(message.model);
      else reject(new TrainingRefused(message.reason));
    });
    worker.on("error", reject);
    worker.on("exit", (code) => {
      signal?.removeEventListener("abort", stop);
      reject(
        signal?.aborted ? signal.reason : new Error(`The training thread ended with code ${code}, without a model.`),
      );
    });
  });
}
