// The tour's retraining beside others, on a machine of any speed.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Outputs } from "../../cli/journey/journey.ts";
import { type Aws, createAws } from "../../cli/stack/aws.ts";
import { retraining } from "../../demo/tour/steps-retraining.ts";
import { createTourJourney } from "../../demo/tour/tour-journey.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { type DeployedStack, openDeployedStack } from "../support/deployed-stack.ts";

let deployed: DeployedStack;
let outputs: Outputs;
beforeAll(async () => {
  deployed = await openDeployedStack();
  outputs = deployed.outputs as unknown as Outputs;
});
afterAll(() => deployed.close());

/** Runs the step; `aws` calls the account. Returns what it prints. */
async function retrain(aws: Aws): Promise<string[]> {
  const lines: string[] = [];
  const journey = createTourJourney({
    account: deployed.account,
    aws,
    deployment: { outputs: { ...outputs }, resources: [], milliseconds: 0 },
    latest: () => Number.POSITIVE_INFINITY,
    print: (line) => lines.push(line),
  });
  await retraining.run(journey);
  return lines;
}
const account = () => createAws("eu-west-1", sdk(deployed.account));
const startAnother = (aws: Aws) =>
  aws.call("sfn", "StartExecution", { stateMachineArn: outputs.retrainingStateMachineArn, input: '{"force": true}' });

const decisions = /recommendation.*, NDCG at 5: serving version 0\.\d{4}, new version 0\.\d{4}/;

test("the retraining waits, in words, for another one that runs", async () => {
  const aws = account();
  await startAnother(aws);
  const lines = await retrain(aws);
  expect(lines[0]).toBe("Another retraining is running, such as the scheduled one. Waiting for its end …");
  expect(lines.join("\n")).toMatch(decisions);
});

test("the retraining is started by the account as by the console's button", async () => {
  const { account: running } = deployed;
  await running.act("retrain", { stack: "small" });
  const { principal, input } = running.log.entries().findLast(({ operation }) => operation === "StartExecution") ?? {};
  expect(principal).toBe("arn:aws:sts::000000000000:federated-user/console");
  expect(input).toMatchObject({ input: '{"force":true}' });
  await expect(running.act("retrain", { stack: "another" })).rejects.toThrow('No stack "another" is deployed here.');
});
