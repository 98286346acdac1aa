import { expect, test } from "vitest";
import { answerInTime } from "../../functions/support/invocation.ts";
import { emitMetrics, log } from "../../functions/support/telemetry.ts";
import { captureLines } from "./capture-lines.mts";

test("each line of an invocation has its request id", async () => {
  const handler = answerInTime(async (name: string) => {
    log("info", name);
    await Promise.resolve();
    emitMetrics({ Stack: "test" }, { DeliveredEvents: 1 });
  });
  const context = (awsRequestId: string) => ({ awsRequestId, getRemainingTimeInMillis: () => 60_000 });
  const lines = await captureLines(async () => {
    await handler("one", context("id-1"));
    await handler("two", context("id-2"));
  });
  expect(lines.map(({ requestId }) => requestId)).toEqual(["id-1", "id-1", "id-2", "id-2"]);
});
