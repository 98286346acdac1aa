// What every stack must do, whatever its configuration.
import { expect } from "vitest";
import { chooseVariant, type Placement } from "../../contract/index.js";
import { eventually } from "../../local/tests/support/eventually.ts";
import { listParameters, standardPlacement } from "../../names/layout.ts";
import type { DeployedStack } from "../support/deployed-stack.ts";
import type { Configuration } from "./configurations.mts";

/** Walks through the life of a deployed stack. */
export async function walk(deployed: DeployedStack, { world, settings, rests }: Configuration): Promise<void> {
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
  if (!rests) {
    expect(await deployed.redeploy({}), "an `up` after a promotion and a rollback").toEqual([]);
  } else {
    await deployed.redeploy({ asleep: "true" });
    await askEverywhere(deployed, world, "fallback");
    await deployed.redeploy({});
    expect(await readCampaigns(deployed), "after a rest").toEqual(before);
    await askEverywhere(deployed, world);
  }
}

/**
 * Puts an event of each type on the stream, and an item's update; all must arrive, and none in the
 * quarantine.
 */
async function deliverRecords(deployed: DeployedStack, world: Configuration["world"]): Promise<void> {
  const { outputs, stack } = deployed;
  const types: string[] = JSON.parse(await deployed.readParameter(listParameters(stack).eventTypes));
  const userId = "a new visitor";
  const events = types.map((eventType) => ({
    userId,
    sessionId: "s-1",
    eventType,
    itemId: world.item,
    ...(world.context && { context: world.context }),
  }));
  const update = { itemUpdate: { itemId: world.item, available: true } };
  await deployed.put([...events, ...(world.hasStatus ? [update] : [])]);
  const haveArrived = () => deployed.eventsOf(userId).length === types.length || undefined;
  await eventually(haveArrived, "the events did not arrive");
  expect(await deployed.listKeys(outputs.quarantineBucketName)).toEqual([]);
}

/** Reads what each campaign serves, and its settings. */
async function readCampaigns({ outputs, readCampaign, readNamedVersion }: DeployedStack) {
  const read = async (model: string) => {
    const { solutionVersionArn: version, minProvisionedTPS, campaignConfig, status } = await readCampaign(model);
    expect(await readNamedVersion(model), model).toBe(version);
    return [model, { version, settings: { minProvisionedTPS, campaignConfig, status } }] as const;
  };
  const all = await Promise.all(Object.keys(outputs.campaignArns).map(read));
  return Object.fromEntries(all);
}

/** Runs the retraining state machine, and returns each model's outcome. */
async function runMachine(deployed: DeployedStack, input: object): Promise<Map<string, string>> {
  const ended = await deployed.runMachine(input);
  expect(ended.status, `${ended.error} ${ended.cause}`).toBe("SUCCEEDED");
  const decisions: { model: string; outcome: string }[] = JSON.parse(ended.output ?? "");
  return new Map(decisions.map(({ model, outcome }) => [model, outcome]));
}

/**
 * Asks each placement and each filter, and ranks a list; every answer must come from a model, and
 * not from the fallback, unless it is expected.
 */
async function askEverywhere(
  deployed: DeployedStack,
  world: Configuration["world"],
  expected: "personalize" | "fallback" = "personalize",
): Promise<void> {
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
      const source = all[variant ?? name]?.model === undefined ? "list" : expected;
      expect([name, headers], JSON.stringify(body)).toEqual([name, { source, variant }]);
      expect(body.length, name).toBeGreaterThan(0);
      const shown = body.map(({ columns = {} }: { columns?: object }) => Object.keys(columns));
      // The list of popular items has ids only.
      const listed = source === "personalize" ? (placement.columns ?? []) : [];
      for (const columns of shown) expect(columns, name).toEqual(listed);
    }
  }
  if (outputs.rerankFunctionName === "") return;
  const list = { userId: world.visitor, itemMetadataList: [{ itemId: world.item }] };
  const ranked = await invoke(deployed, outputs.rerankFunctionName, list);
  expect([ranked.source, ranked.body.ranking]).toEqual([expected, [world.item]]);
}

async function invoke(deployed: DeployedStack, name: string, request: object) {
  const { headers = {}, body } = await deployed.invoke(name, request);
  const { "x-recommendation-source": source, "x-recommendation-variant": variant } = headers;
  return { source, variant, body: JSON.parse(body) };
}
