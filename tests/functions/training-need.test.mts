import { expect, test } from "vitest";
import { decideTraining } from "../../functions/retraining/training-need.ts";

const createdAt = new Date("2024-11-24T03:00:00Z");
const quiet = { model: "recommendation", newest: { status: "ACTIVE", createdAt }, eventRequests: 0, imports: 0 };

test.each([
  ["a solution without a version is trained", { newest: undefined }, true, "recommendation: has no version yet"],
  [
    "without new data nothing is trained",
    {},
    false,
    "recommendation: only 0 PutEvents request(s) since the version of 2024-11-24T03:00:00.000Z, 20 needed",
  ],
  [
    "too few events are not enough",
    { eventRequests: 19 },
    false,
    "recommendation: only 19 PutEvents request(s) since the version of 2024-11-24T03:00:00.000Z, 20 needed",
  ],
  [
    "enough events are",
    { eventRequests: 20 },
    true,
    "recommendation: 20 PutEvents request(s) since the version of 2024-11-24T03:00:00.000Z",
  ],
  [
    "a new import is reason enough",
    { imports: 1 },
    true,
    "recommendation: 1 import(s) since the version of 2024-11-24T03:00:00.000Z",
  ],
  [
    "a running training is not doubled",
    { newest: { status: "CREATE IN_PROGRESS", createdAt }, eventRequests: 99 },
    false,
    "recommendation: a training begun at 2024-11-24T03:00:00.000Z is still running",
  ],
])("%s", (_what, facts, train, reason) => {
  expect(decideTraining({ ...quiet, ...facts }, 20)).toEqual({ train, reason });
});
