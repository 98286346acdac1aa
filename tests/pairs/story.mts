// What every stack must do, whatever its configuration.
import { Kinesis } from "@aws-sdk/client-kinesis";
import { Lambda } from "@aws-sdk/client-lambda";
import { Personalize } from "@aws-sdk/client-personalize";
import { S3 } from "@aws-sdk/client-s3";
import { SFN } from "@aws-sdk/client-sfn";
import { SSM } from "@aws-sdk/client-ssm";
import { expect } from "vitest";
import { chooseVariant, type Placement } from "../../contract/index.js";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { listParameters, standardPlacement } from "../../names/layout.ts";
import type { DeployedStack } from "../support/deployed-stack.ts";
import type { Configuration } from "./configurations.mts";

const place = { account: "000000000000", region: "eu-west-1" };

/** Walks through the life of a deployed stack. */
export async function walk(deployed: DeployedStack, { world, settings }: Configuration): Promise<void> {
  expect(await deployed.redeploy({}), "a second `up`").toEqual([]);
  await deliverRecords(deployed, world);
  const before = await readCampaigns(deployed);
  const models = Object.keys(before);
  const outcomes = await runMachine(deployed, { force: true, models });
  // Some recipes know no more than the popularity that the gate then compares with.
  const mayLose = (model: string) => settings.popularityBaseline === true && model === "own";
  const lost = models.filter((model) => mayLose(model) && outcomes.get(model) === "kept");
  const promoted = models.filter((model) => !lost.includes(model));
  for (const model of promoted) expect([model, outcomes.get(model)]).toEqual([model, "promoted"]);
  const after = await readCampaigns(deployed);
  for (const model of models) {
    expect([model, after[model]?.version !== before[model]?.version]).toEqual([model, promoted.includes(model)]);
    expect(after[model]?.settings, model).toEqual(before[model]?.settings);
  }
  await askEverywhere(deployed, world);
  for (const model of promoted) {
    const rolledBack = await runMachine(deployed, { rollback: { model, from: after[model]?.version } });
    expect([...rolledBack]).toEqual([[model, "rolled back"]]);
  }
  expect(await readCampaigns(deployed)).toEqual(before);
  expect(await deployed.redeploy({}), "an `up` after a promotion and a rollback").toEqual([]);
}

/**
 * Puts an event of each type on the stream, and an item's update; all must arrive, and none in the
 * quarantine.
 */
async function deliverRecords(deployed: DeployedStack, world: Configuration["world"]): Promise<void> {
  const { account, outputs, stack } = deployed;
  const { Parameter } = await new SSM(sdk(account)).getParameter({ Name: listParameters(stack).eventTypes });
  const types: string[] = JSON.parse(Parameter?.Value ?? "");
  const userId = "a new visitor";
  const events = types.map((eventType) => ({
    userId,
    sessionId: "s-1",
    eventType,
    itemId: world.item,
    ...(world.context && { context: world.context }),
  }));
  const update = { itemUpdate: { itemId: world.item, available: true } };
  const Records = [...events, ...(world.hasStatus ? [update] : [])].map((record) => ({
    Data: Buffer.from(JSON.stringify(record)),
    PartitionKey: "s-1",
  }));
  await new Kinesis(sdk(account)).putRecords({ StreamName: outputs.eventStreamName, Records });
  const { inspection } = account.personalize;
  await eventually(() => {
    const found = inspection.events(place, outputs.datasetGroupArn, userId, 10);
    return found.length === types.length || undefined;
  }, "the events did not arrive");
  const { Contents = [] } = await new S3(sdk(account)).listObjectsV2({ Bucket: outputs.quarantineBucketName });
  expect(Contents.map(({ Key }) => Key)).toEqual([]);
}

/** Reads what each campaign serves, and its settings. */
async function readCampaigns({ account, outputs }: DeployedStack) {
  const personalize = new Personalize(sdk(account));
  const ssm = new SSM(sdk(account));
  const read = async ([model, campaignArn]: [string, string]) => {
    const { campaign } = await personalize.describeCampaign({ campaignArn });
    const { solutionVersionArn: version, minProvisionedTPS, campaignConfig, status } = campaign ?? {};
    const Name = `${outputs.parameterPrefix}/personalize/${model}/solution/version/arn`;
    const { Parameter } = await ssm.getParameter({ Name });
    return [model, { version, parameter: Parameter?.Value, settings: { minProvisionedTPS, campaignConfig, status } }];
  };
  const all = await Promise.all(Object.entries(outputs.campaignArns).map(read));
  const found: Record<string, { version?: string; parameter?: string; settings: object }> = Object.fromEntries(all);
  for (const [model, { version, parameter }] of Object.entries(found)) expect(parameter, model).toBe(version);
  return found;
}

/** Runs the retraining state machine, and returns each model's outcome. */
async function runMachine({ account, outputs }: DeployedStack, input: object): Promise<Map<string, string>> {
  const sfn = new SFN(sdk(account));
  const started = { stateMachineArn: outputs.retrainingStateMachineArn, input: JSON.stringify(input) };
  const { executionArn } = await sfn.startExecution(started);
  const ended = await eventually(async () => {
    const execution = await sfn.describeExecution({ executionArn });
    return execution.status === "RUNNING" ? undefined : execution;
  }, "the execution did not end");
  expect(ended.status, `${ended.error} ${ended.cause}`).toBe("SUCCEEDED");
  const decisions: { model: string; outcome: string }[] = JSON.parse(ended.output ?? "");
  return new Map(decisions.map(({ model, outcome }) => [model, outcome]));
}

/**
 * Asks each placement and each filter, and ranks a list; every answer must come from a model, and
 * not from the fallback.
 */
async function askEverywhere(deployed: DeployedStack, world: Configuration["world"]): Promise<void> {
  const { outputs } = deployed;
  const value = { VALUE: world.value };
  const standard: Placement = { model: standardPlacement, needsItem: false };
  const { experiment } = outputs;
  const all: Record<string, Placement> = { [standardPlacement]: standard, ...outputs.placements };
  for (const [name, placement] of Object.entries(all)) {
    const request = {
      limit: 5,
      ...(placement.model && world.context && { context: world.context }),
      ...(outputs.placements && { placement: name }),
      ...(placement.needsItem && { itemId: world.item }),
      ...(placement.filterValues && { filterValues: value }),
      ...(placement.promotionValues && { promotionValues: value }),
    };
    const isCompared = experiment?.placement === name;
    // Enough to have one of each variant.
    for (const userId of [world.visitor, ...(isCompared ? ["v-1", "v-2", "v-3", "v-4", "v-5", "v-6"] : [])]) {
      const { body, ...headers } = await invoke(deployed, outputs.recommendFunctionName, { userId, ...request });
      const variant = isCompared ? chooseVariant(experiment, { userId }) : undefined;
      const source = all[variant ?? name]?.model === undefined ? "list" : "personalize";
      expect([name, headers], JSON.stringify(body)).toEqual([name, { source, variant }]);
      expect(body.length, name).toBeGreaterThan(0);
      const shown = body.map(({ columns = {} }: { columns?: object }) => Object.keys(columns));
      for (const columns of shown) expect(columns, name).toEqual(placement.columns ?? []);
    }
  }
  if (outputs.rerankFunctionName === "") return;
  const list = { userId: world.visitor, itemMetadataList: [{ itemId: world.item }] };
  const ranked = await invoke(deployed, outputs.rerankFunctionName, list);
  expect([ranked.source, ranked.body.ranking]).toEqual(["personalize", [world.item]]);
}

async function invoke({ account }: DeployedStack, FunctionName: string, request: object) {
  const Payload = Buffer.from(JSON.stringify(request));
  const answer = await new Lambda(sdk(account)).invoke({ FunctionName, Payload });
  const { headers, body } = JSON.parse(Buffer.from(answer.Payload ?? []).toString("utf8"));
  const [source, variant] = ["source", "variant"].map((header) => headers?.[`x-recommendation-${header}`]);
  return { source, variant, body: JSON.parse(body) };
}
