import type { PutRecordsInput } from "@aws-sdk/client-kinesis";
import { expect, test } from "vitest";
import { putRecords } from "../../../cli/recovery/replay/put-records.ts";

const records = ["a", "b", "c"].map((id) => ({ id, partitionKey: "s", text: id }));

/** A stream that refuses the records in `busy` as often as they are listed for a call. */
function stream(busy: readonly (readonly string[])[]) {
  const calls: string[][] = [];
  const call = async (_service: string, _operation: string, input: PutRecordsInput) => {
    const texts = (input.Records ?? []).map(({ Data }) => Buffer.from(Data ?? []).toString());
    const refused = busy[calls.length] ?? busy.at(-1) ?? [];
    calls.push(texts);
    return {
      Records: texts.map((text) =>
        refused.includes(text) ? { ErrorCode: "ProvisionedThroughputExceededException" } : {},
      ),
    };
  };
  return { calls, stack: { call, streamName: "events" } as unknown as Parameters<typeof putRecords>[0] };
}

const noWait = async () => {};

test("only the records that failed are sent again", async () => {
  const { calls, stack } = stream([["b"], []]);
  expect(await putRecords(stack, records, noWait)).toEqual(new Map());
  expect(calls).toEqual([["a", "b", "c"], ["b"]]);
});

test("pauses grow between attempts", async () => {
  const { stack } = stream([["b"], ["b"], []]);
  const pauses: number[] = [];
  await putRecords(stack, records, async (milliseconds) => pauses.push(milliseconds));
  expect(pauses).toEqual([400, 800]);
});

test("records that fail until the end are returned with their error", async () => {
  const { stack } = stream([["a", "c"]]);
  const failures = await putRecords(stack, records, noWait);
  expect([...failures]).toEqual([
    ["a", "ProvisionedThroughputExceededException"],
    ["c", "ProvisionedThroughputExceededException"],
  ]);
});
