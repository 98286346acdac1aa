// The commands of an operator, as separate processes, on a deployed stack. Each command's file says what it prints.
import { Kinesis } from "@aws-sdk/client-kinesis";
import { Personalize } from "@aws-sdk/client-personalize";
import { SFN } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { type DeployedStack, deploySmallStack } from "../support/deployed-stack.ts";

let deployed: DeployedStack;
/** The version that the recommendation campaign served before the retraining, and the one after. */
let first = "";
let second = "";

beforeAll(async () => {
  // Every candidate is promoted: the tests need a promotion to look at and to roll back.
  deployed = await deploySmallStack("commands", { allowedMetricDrop: "1", promotionThreshold: "0" });
  first = await readServedVersion();
  const { executionArn } = await new SFN(sdk(deployed.account)).startExecution({
    stateMachineArn: deployed.outputs.retrainingStateMachineArn,
    input: JSON.stringify({ force: true, models: ["recommendation"] }),
  });
  await waitForExecution(executionArn ?? "");
  second = await readServedVersion();
}, 240_000);
afterAll(() => deployed.close());

async function readServedVersion(): Promise<string> {
  const personalize = new Personalize(sdk(deployed.account));
  const campaignArn = deployed.outputs.campaignArns.recommendation;
  const { campaign } = await personalize.describeCampaign({ campaignArn });
  return campaign?.solutionVersionArn ?? "";
}

async function waitForExecution(executionArn: string): Promise<void> {
  const sfn = new SFN(sdk(deployed.account));
  await eventually(async () => {
    const { status } = await sfn.describeExecution({ executionArn });
    return status === "RUNNING" ? undefined : status;
  }, "the retraining did not end");
}

const endOf = (arn: string) => arn.split("/").at(-1) ?? "";

test("`status` shows the version that each campaign serves, and the newest events", async () => {
  await new Kinesis(sdk(deployed.account)).putRecord({
    StreamName: deployed.outputs.eventStreamName,
    PartitionKey: "s-1",
    Data: Buffer.from("not an event"),
  });
  const seen = await eventually(async () => {
    const { out } = await deployed.command("status", "--json");
    const status = JSON.parse(out);
    return status.events.quarantined === 1 ? status : undefined;
  }, "the quarantined record is not counted");
  expect(seen.events).toMatchObject({ received: 1, delivered: 0, givenUpBatches: 0 });
  expect(seen.models).toMatchObject([
    { name: "recommendation", solutionVersionArn: second, minProvisionedTPS: 1 },
    { name: "reranking", campaignStatus: "ACTIVE" },
  ]);
  expect(seen.retraining.last.status).toBe("SUCCEEDED");
  const { out } = await deployed.command("status");
  expect(out).toContain(endOf(second));
  expect(out).toContain("1 quarantined");
});

test("`history` lists a promotion with both versions, its metric and who started it", async () => {
  const { out } = await deployed.command("history", "--json", "--model", "recommendation");
  expect(JSON.parse(out)).toMatchObject([
    { outcome: "promoted", candidate: second, incumbent: first, startedBy: "person" },
  ]);
  const table = await deployed.command("history", "--model", "recommendation");
  expect(table.out).toMatch(
    new RegExp(`${endOf(second)} +${endOf(first)} +NDCG@\\d+ +0\\.\\d{4} +0\\.\\d{4} +person +promoted`),
  );
});

test("`history` of a model that does not exist lists the models", async () => {
  const { code, err } = await deployed.command("history", "--model", "ranking");
  expect(code).toBe(1);
  expect(err).toBe('The stack "commands" has no model "ranking". Its models: recommendation, reranking.\n');
});

test("a stack that does not exist is reported with account, Region and path", async () => {
  const { code, err } = await deployed.command("status", "--stack", "prod");
  expect(code).toBe(1);
  expect(err).toContain('Account 000000000000 has no stack "prod" in eu-west-1');
});

test("`rollback` answers with a sentence, and `history` shows it", async () => {
  const { code, out } = await deployed.command("rollback", "--model", "recommendation");
  expect(code).toBe(0);
  expect(out).toContain(`recommendation serves ${first} again`);
  expect(await readServedVersion()).toBe(first);
  const [newest] = JSON.parse((await deployed.command("history", "--json", "--model", "recommendation")).out);
  expect(newest).toMatchObject({ outcome: "rolled back", candidate: first, startedBy: "rollback" });
});
