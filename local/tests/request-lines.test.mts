import { Kinesis } from "@aws-sdk/client-kinesis";
import { Personalize } from "@aws-sdk/client-personalize";
import { expect, test } from "vitest";
import type { RequestEntry } from "../account/host/request-log.ts";
import { reportRequests, requestLine } from "../terminal/request-lines.ts";
import { openAccount } from "./support/account.mts";
import { sdk } from "./support/aws.ts";

const lines: string[] = [];
const note = (noted: string[]) => (line: string, failed?: boolean) =>
  void noted.push(`${failed ? "failed: " : ""}${line.replace(/\d+ ms/, "N ms")}`);
const account = await openAccount();
reportRequests(account.log, note(lines), { reads: false });

test("a request over the port is a line with its resource, status and time", async () => {
  await new Kinesis(sdk(account)).createStream({ StreamName: "visits", ShardCount: 1 });
  expect(lines).toEqual(["kinesis CreateStream visits 200 N ms, owner"]);
});

test("a request that reads and succeeds is a line only when it is asked for", async () => {
  lines.length = 0;
  const all: string[] = [];
  const stop = reportRequests(account.log, note(all), { reads: true });
  await new Kinesis(sdk(account)).listStreams({});
  stop();
  expect(lines).toEqual([]);
  expect(all).toEqual(["kinesis ListStreams 200 N ms, owner"]);
});

test("a refused request has the error's code, also one that reads", async () => {
  lines.length = 0;
  const campaignArn = "arn:aws:personalize:eu-west-1:000000000000:campaign/cats";
  const client = new Personalize(sdk(account));
  await expect(client.describeCampaign({ campaignArn })).rejects.toThrow();
  expect(lines).toEqual(["failed: personalize DescribeCampaign cats 400 ResourceNotFoundException N ms, owner"]);
});

test("requests of the account's services and its console are no lines", async () => {
  lines.length = 0;
  const principal = { kind: "root", account: "000000000000", arn: "arn:aws:iam::000000000000:root" } as const;
  await account.host.call({ account: "000000000000", region: "eu-west-1", principal }, "kinesis", "ListStreams", {});
  expect(account.log.entries().at(-1)).toMatchObject({ operation: "ListStreams", internal: true });
  expect(lines).toEqual([]);
});

const principal = "arn:aws:sts::000000000000:assumed-role/shop-events/deliver";
const entry = { service: "s3", operation: "GetObject", status: 200, milliseconds: 1.6, principal } as RequestEntry;

test.each([
  [{ functionName: "arn:aws:lambda:eu-west-1:000000000000:function:cats" }, "cats"],
  [{ solutionVersionArn: "arn:aws:personalize:eu-west-1:000000000000:solution/cats/1a2b" }, "cats/1a2b"],
  [{ Key: "a", Bucket: "visits" }, "visits"],
  [{ Name: "\u001b[2J two\nlines" }, "?[2J?two?lines"],
])("%j is about %s", (input, name) => {
  expect(requestLine({ ...entry, input })).toBe(`s3 GetObject ${name} 200 2 ms, deliver`);
});

test("in a narrow terminal the name is shortened, not the status", () => {
  const line = requestLine({ ...entry, input: { Bucket: "shop-dev-events-archive-1a2b3c4" } }, 40);
  expect(line).toBe("s3 GetObject shop-dev… 200 2 ms, deliver");
  expect(line).toHaveLength(40);
});
