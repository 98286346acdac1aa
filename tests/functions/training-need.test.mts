import { expect, test } from "vitest";
import { decideTraining } from "../../functions/retraining/training-need.ts";

const createdAt = new Date("2024-11-24T03:00:00Z");
const quiet = {
  model: "recommendation",
  newest: { status: "ACTIVE", createdAt },
  events: { delivered: 0, uncounted: 0 },
  imports: 0,
};

test.each([
  ["a solution without a version is trained", { newest: undefined }, true, "recommendation: has no version yet"],
  [
    "without new data nothing is trained",
    {},
    false,
    "recommendation: only 0 new event(s) since the version of 2024-11-24T03:00:00.000Z, 20 needed",
  ],
  [
    "too few events are not enough",
    { events: { delivered: 19, uncounted: 0 } },
    false,
    "recommendation: only 19 new event(s) since the version of 2024-11-24T03:00:00.000Z, 20 needed",
  ],
  [
    "enough events are",
    { events: { delivered: 20, uncounted: 0 } },
    true,
    "recommendation: 20 new event(s) since the version of 2024-11-24T03:00:00.000Z",
  ],
  [
    "records without a count of delivered events are no reason to skip",
    { events: { delivered: 0, uncounted: 7 } },
    true,
    "recommendation: 7 record(s) on the stream since the version of 2024-11-24T03:00:00.000Z, but no count of delivered " +
      "events; check the log of ingest-events",
  ],
  [
    "a new import is reason enough",
    { imports: 1 },
    true,
    "recommendation: 1 import(s) since the version of 2024-11-24T03:00:00.000Z",
  ],
  [
    "a running training is not doubled",
    { newest: { status: "CREATE IN_PROGRESS", createdAt }, events: { delivered: 99, uncounted: 0 } },
    false,
    "recommendation: a training begun at 2024-11-24T03:00:00.000Z is still running",
  ],
])("%s", (_what, facts, train, reason) => {
  expect(decideTraining({ ...quiet, ...facts }, 20)).toEqual({ train, reason });
});
