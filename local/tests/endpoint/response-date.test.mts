import { expect, test } from "vitest";
import { machineTime } from "../../account/time/clock.ts";
import { openLambda } from "../lambda/functions.mts";
import { openAccount } from "../support/account.mts";

const account = await openAccount();

test.each(["/", "/_local/health", "/bucket/key"])("a response to GET %s has the machine's date", async (path) => {
  const before = Math.floor(machineTime() / 1_000) * 1_000;
  const { headers } = await fetch(account.origin + path);
  const date = Date.parse(headers.get("date") ?? "");
  expect(date).toBeGreaterThanOrEqual(before);
  expect(date).toBeLessThanOrEqual(machineTime());
});

// From another date than theirs, SDKs conclude that their clock is wrong, and repeat a call that
// was refused.
test("a function, which has the account's time, sends a refused request once", async () => {
  const on = await openLambda();
  expect(Math.abs(on.account.clock.now() - machineTime())).toBeGreaterThan(10 * 60_000);
  const name = await on.deploy(`
    const { ListBucketsCommand, S3Client } = require("@aws-sdk/client-s3");
    const { KinesisClient, ListStreamsCommand } = require("@aws-sdk/client-kinesis");
    const attempts = (sent) => sent.catch((error) => [error.$metadata.httpStatusCode, error.$metadata.attempts]);
    exports.handler = async () => [
      await attempts(new S3Client({}).send(new ListBucketsCommand({}))),
      await attempts(new KinesisClient({}).send(new ListStreamsCommand({}))),
    ];
  `);
  expect(await on.invoke(name)).toMatchObject({
    result: [
      [403, 1],
      [400, 1],
    ],
  });
});
