// `--keep`: the account is stopped with the whole stack, and goes on from the kept state as another account.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { Lambda } from "@aws-sdk/client-lambda";
import { SFN } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RecommenderContract } from "../../contract/index.js";
import { deployProgram } from "../../demo/deploy.ts";
import { type Account, startAccount } from "../../local/account/account.ts";
import type { DeployedResources } from "../../local/pulumi/deploy.ts";
import type { DeployMessage } from "../../local/pulumi/deploy-program.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { writeSmallData } from "../support/small-data.ts";

const place = { account: "000000000000", region: "eu-west-1" };
const folder = mkdtempSync(join(tmpdir(), "kept-account-"));
const keep = join(folder, "state");
const deployed: DeployedResources = new Map();
const settings = {
  ...writeSmallData(folder),
  retrainingSchedule: "cron(0 3 29 2 ? *)",
  servingDeadlineMilliseconds: "20000",
  deletionProtection: "false",
  // The same question has the same answer.
  explorationWeight: "0",
};
const config = Object.entries(settings).map(([key, value]) => [`recommender:${key}`, value]);

let account: Account;
let outputs: RecommenderContract;

/** Deploys the program; resolves with what was changed. */
async function deployAgain(): Promise<string[]> {
  const changes: string[] = [];
  const onProgress = (message: DeployMessage) => {
    if (message.kind === "resource" && message.step !== "same") changes.push(`${message.step} ${message.name}`);
  };
  const deployment = await deployProgram({
    origin: account.origin,
    ...place,
    stack: "kept",
    config: { "aws:region": place.region, ...Object.fromEntries(config) },
    deployed,
    onProgress,
  });
  outputs = deployment.outputs as unknown as RecommenderContract;
  return changes;
}

async function recommend(): Promise<unknown> {
  const lambda = new Lambda(sdk(account));
  const Payload = JSON.stringify({ userId: "10042", limit: 10 });
  const answer = await lambda.invoke({ FunctionName: outputs.recommendFunctionName, Payload });
  const { statusCode, headers, body } = JSON.parse(Buffer.from(answer.Payload ?? []).toString());
  return { statusCode, source: headers["x-recommendation-source"], items: JSON.parse(body) };
}

let before: unknown;
beforeAll(async () => {
  account = await startAccount({ speed: hurriedSpeed, keep });
  await deployAgain();
  before = await recommend();
  await account.close();
  account = await startAccount({ keep });
});
afterAll(async () => {
  await account.close();
  rmSync(folder, { recursive: true, force: true });
});

test("the recommendations are the same", async () => {
  expect(before).toMatchObject({ statusCode: 200, source: "personalize", items: { length: 10 } });
  expect(await recommend()).toEqual(before);
});

test("a deployment finds nothing to change", async () => {
  expect(await deployAgain()).toEqual([]);
});

test("events flow", async () => {
  const event = { sessionId: "after-restart", eventType: "DetailView", itemId: "2-Beagle-2-3" };
  await new Kinesis(sdk(account)).putRecord({
    StreamName: outputs.eventStreamName,
    PartitionKey: "any",
    Data: Buffer.from(JSON.stringify(event)),
  });
  const { inspection } = account.personalize;
  const arrived = () => inspection.events(place, outputs.datasetGroupArn, "after-restart", 10)[0];
  expect(await eventually(arrived, "the event did not arrive")).toMatchObject({ itemId: "2-Beagle-2-3" });
});

test("the models can be retrained, and a run that the stop of the account interrupts ends as aborted", async () => {
  const states = () => new SFN(sdk(account));
  const { stateMachines = [] } = await states().listStateMachines({});
  const stateMachineArn = stateMachines.find(({ name }) => name?.includes("retraining"))?.stateMachineArn ?? "";
  const start = async () => {
    const input = JSON.stringify({ force: true });
    return (await states().startExecution({ stateMachineArn, input })).executionArn ?? "";
  };
  const interrupted = await start();
  await account.close();
  account = await startAccount({ keep });
  expect(await states().describeExecution({ executionArn: interrupted })).toMatchObject({
    status: "ABORTED",
    cause: "The local account was stopped while the execution ran. Start another execution.",
  });

  const executionArn = await start();
  const ended = async () => {
    const described = await states().describeExecution({ executionArn });
    return described.status === "RUNNING" ? undefined : described;
  };
  expect(await eventually(ended, "the retraining did not end")).toMatchObject({ status: "SUCCEEDED" });
});
