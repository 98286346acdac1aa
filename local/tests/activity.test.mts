import { Kinesis } from "@aws-sdk/client-kinesis";
import { expect, test, vi } from "vitest";
import { reportActivity } from "../terminal/activity.ts";
import { openAccount } from "./support/account.mts";
import { sdk } from "./support/aws.ts";

test("lines have the time of the account's clock, and its date is a line where it changes", async () => {
  const account = await openAccount({ start: Date.parse("2026-03-01T23:59:00Z") });
  const print = vi.spyOn(console, "log").mockReturnValue();
  try {
    reportActivity(account, { quiet: false, reads: false });
    const kinesis = new Kinesis(sdk(account));
    await kinesis.createStream({ StreamName: "cats", ShardCount: 1 });
    await kinesis.createStream({ StreamName: "dogs", ShardCount: 1 });
    await account.clock.advance(60_000);
    await kinesis.deleteStream({ StreamName: "cats" });
    expect(print.mock.calls.map(([line]) => String(line).slice(0, 30))).toEqual([
      "2026-03-01",
      "23:59:00 UTC  kinesis CreateSt",
      "23:59:00 UTC  kinesis CreateSt",
      "2026-03-02",
      "00:00:00 UTC  kinesis DeleteSt",
    ]);
  } finally {
    print.mockRestore();
  }
});
