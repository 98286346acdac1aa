// The tour at any time of day, on a machine of any speed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Outputs } from "../../cli/journey/journey.ts";
import { type Aws, createAws } from "../../cli/stack/aws.ts";
import { start } from "../../demo/tour/start.ts";
import { retraining } from "../../demo/tour/steps-retraining.ts";
import { createTourJourney } from "../../demo/tour/tour-journey.ts";
import { machineTime } from "../../local/account/time/clock.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { type DeployedStack, openDeployedStack } from "../support/deployed-stack.ts";
import { writeSmallData } from "../support/small-data.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const folder = mkdtempSync(join(tmpdir(), "tour-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fivePlacements = {
  similar: { recipe: "aws-similar-items" },
  trending: { recipe: "aws-trending-now", gate: { promotionThreshold: 0, allowedMetricDrop: 1 } },
  "to-adopt": { model: "recommendation", promotion: { filter: "adoptable", percent: 30 } },
  cards: { model: "recommendation", columns: ["ANIMAL_TYPE", "ANIMAL_BREED"] },
  popular: { list: "popular" },
};

describe("the whole tour", () => {
  const overrides = writeSmallData(folder);
  const yesterday = Math.floor(machineTime() / day) * day - day;
  const lines: string[] = [];
  const options = { port: 0, exit: true, quiet: true, reads: false, watch: false, suggest: () => "npm start" };
  afterEach(() => vi.restoreAllMocks());

  // The deployment and the tour take half an hour of the account's clock.
  test.each([
    ["while the nightly schedule is due during the retraining", 2 * hour + 43 * minute, {}],
    [
      "with five placements, and a schedule every 30 minutes",
      20 * hour,
      { placements: JSON.stringify(fivePlacements), retrainingSchedule: "rate(30 minutes)" },
    ],
  ])("passes %s", async (_when, timeOfDay, settings) => {
    lines.length = 0;
    vi.spyOn(console, "log").mockImplementation((line) => void lines.push(line));
    const clockStart = yesterday + timeOfDay;
    const code = await start({ ...options, overrides: { ...overrides, ...settings }, clockStart });
    expect(lines.join("\n")).not.toContain("This step failed");
    expect(code).toBe(0);
    const asked = lines.filter((line) => /^ +(similar, for .*|trending|to-adopt|cards|popular):$/.test(line));
    expect(asked).toHaveLength("placements" in settings ? 5 : 0);
  });
});

describe("the retraining", () => {
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

  test("waits, in words, for another one that runs", async () => {
    const aws = account();
    await startAnother(aws);
    const lines = await retrain(aws);
    expect(lines[0]).toBe("Another retraining is running, such as the scheduled one. Waiting for its end …");
    expect(lines.join("\n")).toMatch(decisions);
  });

  test("is started by the account as by the console's button", async () => {
    const { account: running } = deployed;
    await running.act("retrain", { stack: "small" });
    const { principal, input } =
      running.log.entries().findLast(({ operation }) => operation === "StartExecution") ?? {};
    expect(principal).toBe("arn:aws:sts::000000000000:federated-user/console");
    expect(input).toMatchObject({ input: '{"force":true}' });
    await expect(running.act("retrain", { stack: "another" })).rejects.toThrow('No stack "another" is deployed here.');
  });
});
