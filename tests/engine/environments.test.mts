// Two environments in one account and a consumer of one of them: the tests run in their order.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { Lambda } from "@aws-sdk/client-lambda";
import { PersonalizeRuntime } from "@aws-sdk/client-personalize-runtime";
import { SFN } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sdk } from "../../local/tests/support/aws.ts";
import { listEverything } from "../../local/tests/support/inventory.mts";
import { sessionOf } from "../../local/tests/support/roles.ts";
import { type Engine, needsPulumi, openEngine } from "../support/engine.ts";
import { root } from "../support/listed-files.mts";
import { installPackedContract } from "../support/packed-contract.mts";
import { createFolder } from "../support/temporary-folder.mts";
import { type Environment, openEnvironment } from "./environment.mts";

describe("Two environments in one account", needsPulumi, () => {
  let blue: Environment;
  let green: Environment;
  let site: Engine;
  const folder = createFolder();
  beforeAll(async () => {
    blue = await openEnvironment("blue");
    green = await openEnvironment("green", { account: blue.account });
  });
  afterAll(async () => {
    for (const engine of [blue.engine, green.engine, site]) engine?.forget();
    await blue.account.close();
  });

  /** Lists everything that carries one environment's name. */
  const named = async (stack: string) => (await listEverything(blue.account)).filter((name) => name.includes(stack));
  test("both can be deployed in one account, and no names conflict", async () => {
    await Promise.all([blue.engine.up(), green.engine.up()]);

    const ofBlue = await named("blue");
    const ofGreen = await named("green");
    expect(ofBlue.length).toBeGreaterThan(50);
    expect(ofGreen).toHaveLength(ofBlue.length);
    expect(ofBlue.filter((name) => ofGreen.includes(name))).toEqual([]);
    expect(await blue.recommend({ userId: "10042" })).toMatchObject({ source: "personalize" });
    expect(await green.recommend({ userId: "10042" })).toMatchObject({ source: "personalize" });
  });

  test("another team, with the packed contract in its own folder, reads the outputs through a stack reference and invokes the function with its own role", async () => {
    installPackedContract(folder, ["@pulumi/aws", "@pulumi/pulumi"]);
    copyFileSync(join(root, "examples/consumer/index.ts"), join(folder, "index.ts"));
    site = await openEngine({
      account: blue.account,
      backend: blue.engine.backend,
      project: "pet-site",
      program: join(folder, "index.ts"),
      stack: "blue",
      config: { recommender: "organization/recommender/blue" },
    });
    await site.up();
    const outputs = await site.outputs<{ roleArn: string; recommendFunctionName: string; models: string[] }>();
    expect(outputs.models).toEqual(["recommendation", "reranking"]);

    const as = sdk(blue.account, await sessionOf(blue.account, outputs.roleArn));
    const { Payload } = await new Lambda(as).invoke({
      FunctionName: outputs.recommendFunctionName,
      Payload: Buffer.from('{"userId": "10042", "limit": 3}'),
    });
    const reply = JSON.parse(Buffer.from(Payload ?? []).toString());
    expect(reply.statusCode).toBe(200);
    expect(JSON.parse(reply.body)).toHaveLength(3);
  });

  test("that role may invoke, and nothing else", async () => {
    const { roleArn } = await site.outputs<{ roleArn: string }>();
    const { campaignArns, retrainingStateMachineArn, eventStreamName } = await blue.outputs();
    const { recommendFunctionName } = await green.outputs();
    const as = sdk(blue.account, await sessionOf(blue.account, roleArn));
    const tries: readonly [action: string, run: () => Promise<unknown>][] = [
      [
        "personalize:GetRecommendations",
        () => new PersonalizeRuntime(as).getRecommendations({ campaignArn: campaignArns.recommendation, userId: "1" }),
      ],
      ["states:StartExecution", () => new SFN(as).startExecution({ stateMachineArn: retrainingStateMachineArn })],
      [
        "kinesis:PutRecord",
        () => new Kinesis(as).putRecord({ StreamName: eventStreamName, PartitionKey: "1", Data: Buffer.from("{}") }),
      ],
      ["lambda:InvokeFunction", () => new Lambda(as).invoke({ FunctionName: recommendFunctionName })],
    ];
    for (const [action, run] of tries) await expect(run()).rejects.toThrow(`not authorized to perform: ${action}`);
  });

  test("destroying one leaves the other serving, and of the one nothing", async () => {
    const before = await named("blue");
    await green.engine.destroy();

    expect(await named("green")).toEqual([]);
    expect(await named("blue")).toEqual(before);
    expect(await blue.recommend({ userId: "10042" })).toMatchObject({ source: "personalize" });
    expect(await blue.engine.preview({ expectNoChanges: true })).toEqual({});
  });
});
