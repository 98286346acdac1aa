import { expect, test } from "vitest";
import { trainInWorker } from "../../account/services/personalize/background/training-worker.ts";
import { TrainingRefused } from "../../account/services/personalize/recommender/data/refused.ts";
import { train } from "../../account/services/personalize/recommender/train.ts";
import { requestOf, shelter } from "./recommender/small-shelter.mts";

test("a thread trains what train() trains", async () => {
  const request = requestOf(shelter);
  const heard: number[] = [];
  const model = await trainInWorker(request, { onProgress: (done) => heard.push(done) });
  expect(model).toEqual(train(request));
  expect(heard.length).toBeGreaterThan(2);
  expect(heard.at(-1)).toBe(1);
});

test("a second recipe that the same users measure is answered by the first one's training", async () => {
  const request = requestOf(shelter, { seed: 8 });
  const first = await trainInWorker(request);
  const heard: string[] = [];
  const second = await trainInWorker(
    { ...request, recipe: "aws-personalized-ranking" },
    { onProgress: (_, what) => heard.push(what) },
  );
  expect(second).toEqual({ ...first, recipe: "aws-personalized-ranking" });
  expect(heard).toEqual(["storing the model, which was trained on the same data before"]);
});

test("one training runs at a time, in the order of the requests", async () => {
  const heard: string[] = [];
  const start = (seed: number) =>
    trainInWorker(requestOf(shelter, { seed, recipe: "aws-sims" }), { onProgress: () => heard.push(`${seed}`) });
  await Promise.all([start(21), start(22)]);
  expect(heard).toEqual([...heard].sort());
  expect(new Set(heard).size).toBe(2);
});

test("a refusal keeps its reason, and the next training runs", async () => {
  const few = { ...shelter, interactions: shelter.interactions.slice(0, 10) };
  const refused = trainInWorker(requestOf(few));
  await expect(refused).rejects.toBeInstanceOf(TrainingRefused);
  await expect(refused).rejects.toMatchObject({ reason: expect.stringContaining("10 unique interactions") });
  await expect(trainInWorker(requestOf(shelter))).resolves.toHaveProperty("metrics");
});

test("a stopped training rejects with the signal's reason, running or waiting, and the next one runs", async () => {
  const running = new AbortController();
  const waiting = new AbortController();
  const first = trainInWorker(requestOf(shelter, { seed: 31 }), {
    signal: running.signal,
    onProgress: () => running.abort(new Error("stopped while running")),
  });
  const second = trainInWorker(requestOf(shelter, { seed: 32 }), { signal: waiting.signal });
  waiting.abort(new Error("stopped while waiting"));
  await expect(second).rejects.toThrow("stopped while waiting");
  await expect(first).rejects.toThrow("stopped while running");
  await expect(trainInWorker(requestOf(shelter, { seed: 33 }))).resolves.toHaveProperty("metrics");
});
