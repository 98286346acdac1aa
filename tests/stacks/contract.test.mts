// The contract with other teams.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { listParameters } from "../../names/layout.ts";
import { account, waitForOutput } from "../support/record.ts";
import { listGrants, statementsOf } from "../support/statements.ts";
import { recordUsual } from "./recorded-stacks.mts";

const { outputs, stack } = await recordUsual();

test("the contract is published as SSM parameters, of which docs/contract.md has a row for each", () => {
  const { prefix, ...paths } = listParameters("dev");
  const guide = readFileSync(new URL("../../docs/contract.md", import.meta.url), "utf8");
  const listed = [...guide.matchAll(/`…(\/[^`]+)`/g)].map(([, path = ""]) => `${prefix}${path}`);
  // The two models that a stack has itself are named, as the original's parameters are.
  const known = listed.map((path) => path.replace(/\/(recommendation|reranking)\/function/, "/<model>/function"));
  const all = Object.values(paths).map((path) => (typeof path === "string" ? path : path("<model>")));
  expect([...new Set(known)].sort()).toEqual(all.sort());

  const { usersDataset, placements, experiment, ...ofEach } = paths;
  const published = Object.values(ofEach).flatMap((path) =>
    typeof path === "string" ? path : ["recommendation", "reranking"].map(path),
  );
  expect(stack.of("aws:ssm/parameter:Parameter").map(({ inputs }) => inputs.name)).toEqual(
    expect.arrayContaining(published),
  );
  expect(stack.of("aws:ssm/parameter:Parameter")).toHaveLength(published.length);
});

test("the contract is the stack's outputs", async () => {
  const values = await Promise.all(
    Object.entries(outputs).map(async ([name, value]) => [name, await waitForOutput<unknown>(value)]),
  );
  const campaign = (name: string) => `arn:aws:personalize:eu-west-1:${account}:Campaign/recommender-${name}-campaign`;
  expect(Object.fromEntries(values)).toEqual({
    recommendFunctionName: "recommender-dev-recommend-pets",
    recommendFunctionArn: `arn:aws:lambda:eu-west-1:${account}:recommender-dev-recommend-pets`,
    rerankFunctionName: "recommender-dev-rerank-pets",
    rerankFunctionArn: `arn:aws:lambda:eu-west-1:${account}:recommender-dev-rerank-pets`,
    eventStreamName: "recommender-dev-events",
    eventStreamArn: `arn:aws:kinesis:eu-west-1:${account}:recommender-dev-events`,
    archiveBucketName: `recommender-dev-archive-${account}`,
    quarantineBucketName: `recommender-dev-quarantine-${account}`,
    dataBucketName: `recommender-dev-data-${account}`,
    datasetGroupArn: `arn:aws:personalize:eu-west-1:${account}:DatasetGroup/recommender-dataset-group`,
    campaignArns: { recommendation: campaign("recommendation"), reranking: campaign("reranking") },
    eventTrackerArn: `arn:aws:personalize:eu-west-1:${account}:EventTracker/recommender-event-tracker`,
    retrainingStateMachineArn: `arn:aws:sfn:eu-west-1:${account}:recommender-dev-retraining`,
    notificationTopicArn: `arn:aws:sns:eu-west-1:${account}:recommender-dev-notifications`,
    dashboardName: "recommender-dev-overview",
    parameterPrefix: "/animal-recommender/dev",
    invokePolicyArn: `arn:aws:iam:eu-west-1:${account}:recommender-dev-invoke`,
    producerPolicyArn: `arn:aws:iam:eu-west-1:${account}:recommender-dev-producer`,
    archiveReadPolicyArn: `arn:aws:iam:eu-west-1:${account}:recommender-dev-archive-reader`,
  });
});

test("the functions that other teams invoke leave the account room for others", () => {
  for (const part of ["recommend", "rerank"]) {
    const { inputs } = stack.one("aws:lambda/function:Function", `recommender-serving-${part}-function`);
    expect(inputs.reservedConcurrentExecutions).toBe(100);
  }
});

test("readers of the archive may list and read its records, and decrypt them through S3 only", () => {
  const policy = stack.one("aws:iam/policy:Policy", "recommender-contract-archive-reader");
  const bucket = `arn:aws:s3:::recommender-dev-archive-${account}`;
  expect(listGrants(policy)).toEqual([
    `kms:Decrypt -> arn:aws:kms:eu-west-1:${account}:recommender-key via s3`,
    `s3:GetBucketLocation -> ${bucket}`,
    `s3:GetObject -> ${bucket}/events/*`,
    `s3:ListBucket -> ${bucket}`,
  ]);
  const list = statementsOf(policy).find(({ Action }) => Action.includes("s3:ListBucket"));
  expect(list?.Condition).toEqual({ StringLike: { "s3:prefix": "events/*" } });
  const values = new Map(stack.of("aws:ssm/parameter:Parameter").map(({ inputs }) => [inputs.name, inputs.value]));
  expect(values.get("/animal-recommender/dev/kms-key/arn")).toBe(`arn:aws:kms:eu-west-1:${account}:recommender-key`);
});

test("producers may put events on the stream, and encrypt them through the stream only", () => {
  expect(listGrants(stack.one("aws:iam/policy:Policy", "recommender-contract-producer"))).toEqual([
    `kinesis:DescribeStreamSummary -> arn:aws:kinesis:eu-west-1:${account}:recommender-dev-events`,
    `kinesis:PutRecord -> arn:aws:kinesis:eu-west-1:${account}:recommender-dev-events`,
    `kinesis:PutRecords -> arn:aws:kinesis:eu-west-1:${account}:recommender-dev-events`,
    `kms:GenerateDataKey -> arn:aws:kms:eu-west-1:${account}:recommender-key via kinesis`,
  ]);
});
