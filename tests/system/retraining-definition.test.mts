// The program's own state machine on this interpreter, its services played by a script. What the services really answer
// is the system test's matter; here: the definition is one that Step Functions takes, and it ends as it says.
import { describe, expect, test } from "vitest";
import { createRetrainingDefinition } from "../../components/retraining/state-machine.ts";
import { prefixes } from "../../contract/layout.ts";
import { startAccount } from "../../local/account/account.ts";
import type { ServiceName } from "../../local/account/model/clients.ts";
import { checkDefinition } from "../../local/account/services/step-functions/definition/definition-check.ts";
import { createRole } from "../../local/tests/support/roles.ts";
import { parseConfig } from "../../stacks/config.ts";

const region = "eu-west-1";
const arn = (service: string, name: string) => `arn:aws:${service}:${region}:000000000000:${name}`;
const model = (name: string) => ({
  name,
  solutionArn: arn("personalize", `solution/${name}`),
  campaignArn: arn("personalize", `campaign/${name}`),
  versionParameter: `/versions/${name}`,
  minProvisionedTPS: 1,
  campaignConfig: { ItemExplorationConfig: { explorationWeight: "0.1" } },
  gate: parseConfig({}, "dev").gates.recommendation,
  takesUpdate: name === "recommendation",
  refreshesFallback: name === "recommendation",
});
const args = {
  stack: "dev",
  models: [model("recommendation"), model("reranking")],
  checkTrainingDataArn: arn("lambda", "function:check"),
  evaluateModelArn: arn("lambda", "function:evaluate"),
  refreshPopularItemsArn: arn("lambda", "function:refresh"),
  topicArn: arn("sns", "topic"),
  bucket: "bucket",
  decisionsPrefix: prefixes.decisions,
  trainingTimeoutHours: 12,
  notifySkips: false,
};

type Answer = (input: Record<string, unknown>, calls: number) => unknown;
const answerOfFunction =
  (payload: object): Answer =>
  () => ({
    StatusCode: 200,
    Payload: Buffer.from(JSON.stringify(payload)),
  });

/** Services that let every model through; a test replaces what it is about. */
const willing: Record<string, Answer> = {
  "sns:Publish": () => ({ MessageId: "m" }),
  "lambda:Invoke check": answerOfFunction({ train: ["recommendation", "reranking"], reason: "new interactions" }),
  "lambda:Invoke evaluate": answerOfFunction({ decision: "promote", reason: "better", candidate: { value: 0.3 } }),
  "lambda:Invoke refresh": answerOfFunction({}),
  "personalize:CreateSolutionVersion": ({ solutionArn }) => ({ solutionVersionArn: `${solutionArn}/0000000a` }),
  "personalize:DescribeSolutionVersion": (_, calls) => ({
    solutionVersion: { status: calls < 6 ? "CREATE IN_PROGRESS" : "ACTIVE" },
  }),
  "personalize:DescribeCampaign": ({ campaignArn }) => {
    const solutionArn = String(campaignArn).replace("campaign", "solution");
    const latestCampaignUpdate = { solutionVersionArn: `${solutionArn}/0000000a`, status: "ACTIVE" };
    return { campaign: { solutionVersionArn: `${solutionArn}/00000001`, latestCampaignUpdate } };
  },
  "personalize:UpdateCampaign": ({ campaignArn }) => ({ campaignArn }),
  "ssm:PutParameter": () => ({ Version: 2 }),
  "s3:PutObject": () => ({ ETag: "e" }),
  "cloudwatch:PutMetricData": () => ({}),
};

/** Runs the machine for a day, with these answers; returns its end and its calls of services. */
async function retrain(input: object, answers: Record<string, Answer> = {}) {
  const account = await startAccount({ speed: 0, start: Date.parse("2026-03-01T02:00:00Z") });
  const { host, clock } = account;
  const root = {
    account: "000000000000",
    region,
    principal: { kind: "root", account: "000000000000", arn: "root" },
  } as const;
  const calls: { key: string; input: Record<string, unknown> }[] = [];
  const script = { ...willing, ...answers };
  const dispatch = host.dispatch;
  // The interpreter's calls are those of the role; all others go their ordinary way.
  host.dispatch = async (caller, service: ServiceName, operation, given) => {
    if (caller.principal.kind !== "session" || service === "sfn") return dispatch(caller, service, operation, given);
    const asked = (given ?? {}) as Record<string, unknown>;
    const key = [`${service}:${operation}`, String(asked.FunctionName ?? "").split(":")[6]].filter(Boolean).join(" ");
    calls.push({ key, input: asked });
    const answer = script[key];
    if (!answer) throw new Error(`The script has no answer for ${key}.`);
    return answer(asked, calls.filter((call) => call.key === key).length);
  };
  try {
    const roleArn = await createRole(account, "retraining", "states.amazonaws.com", [
      { Action: "states:ListExecutions", Resource: "*" },
    ]);
    const { stateMachineArn = "" } = await host.call(root, "sfn", "CreateStateMachine", {
      name: "retraining",
      roleArn,
      definition: JSON.stringify(createRetrainingDefinition(args)),
    });
    const { executionArn = "" } = await host.call(root, "sfn", "StartExecution", {
      stateMachineArn,
      name: "run",
      input: JSON.stringify(input),
    });
    await clock.advance(86_000_000);
    const execution = await host.call(root, "sfn", "DescribeExecution", { executionArn });
    const decisions = calls.filter(({ key }) => key === "s3:PutObject").map((call) => call.input);
    return { execution, calls, decisions };
  } finally {
    await account.close();
  }
}

const outcomes = (output: string | undefined) =>
  (JSON.parse(output ?? "[]") as { model: string; outcome: string }[]).map(({ model: name, outcome }) => [
    name,
    outcome,
  ]);

test.each([
  ["without a baseline", {}],
  ["with a baseline", { baselineSolutionArn: arn("personalize", "solution/popularity") }],
])("Step Functions takes the definition %s", async (_, more) => {
  expect(await checkDefinition(JSON.stringify(createRetrainingDefinition({ ...args, ...more })))).toEqual([]);
});

describe("the retraining", () => {
  test("trains, promotes and records every model", async () => {
    const { execution, decisions, calls } = await retrain({});
    expect(execution).toMatchObject({ status: "SUCCEEDED" });
    expect(outcomes(execution.output)).toEqual([
      ["recommendation", "promoted"],
      ["reranking", "promoted"],
    ]);
    expect(decisions.map(({ Key }) => Key).sort()).toEqual([
      "decisions/recommendation/0000000a.json",
      "decisions/reranking/0000000a.json",
    ]);
    const bodies = decisions.map(({ Body }) => JSON.parse(String(Body)));
    expect(bodies).toContainEqual(
      expect.objectContaining({ model: "recommendation", outcome: "promoted", trainingMode: "FULL" }),
    );
    const updates = calls.filter(({ key }) => key === "personalize:UpdateCampaign");
    expect(updates.map((call) => call.input)).toContainEqual({
      campaignArn: arn("personalize", "campaign/recommendation"),
      solutionVersionArn: arn("personalize", "solution/recommendation/0000000a"),
      minProvisionedTPS: 1,
      campaignConfig: { itemExplorationConfig: { explorationWeight: "0.1" } },
    });
  });

  test("a rollback deploys the recorded version", async () => {
    const { execution, calls } = await retrain(
      { rollback: { model: "recommendation" } },
      {
        "s3:GetObject": () => ({
          Body: Buffer.from(JSON.stringify({ incumbent: `${arn("personalize", "solution/recommendation")}/0000000a` })),
        }),
      },
    );
    expect(execution.status).toBe("SUCCEEDED");
    expect(outcomes(execution.output)).toEqual([["recommendation", "rolled back"]]);
    const read = calls.find(({ key }) => key === "s3:GetObject");
    expect(read?.input).toEqual({ Bucket: "bucket", Key: "decisions/recommendation/00000001.json" });
  });
});
