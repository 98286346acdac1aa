// Two stacks whose names are equal, by another division into project and stack: neither replaces
// the other's resources.
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readAccess } from "../../dynamic-providers/service/access.ts";
import { openAccount } from "../../local/tests/support/account.mts";
import { sdk } from "../../local/tests/support/aws.ts";
import { requireOwnNames } from "../../stacks/name-owner.ts";
import { useAccount } from "../support/use-account.mts";
import { recordUsual } from "./recorded-stacks.mts";

const { stack } = await recordUsual();

const account = await openAccount();
beforeAll(() => useAccount(account));
afterAll(() => vi.unstubAllEnvs());

const check = (project: string, name: string) =>
  requireOwnNames(
    readAccess((key) => (key === "aws:region" ? "eu-west-1" : undefined)),
    { project, stack: name },
  );

test("the names of another stack are refused, those of the stack and new ones are not", async () => {
  await check("shop", "eu-prod");
  await new CloudWatch(sdk(account)).putMetricAlarm({
    AlarmName: "shop-eu-prod-consumer-errors",
    Tags: [
      { Key: "Project", Value: "shop-eu" },
      { Key: "Stack", Value: "prod" },
    ],
    Namespace: "n",
    MetricName: "m",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
  });
  await check("shop-eu", "prod");
  await expect(check("shop", "eu-prod")).rejects.toThrow(
    'cannot have the alarm shop-eu-prod-consumer-errors: it is of the stack "prod" of the project "shop-eu"',
  );
});

test("every stack has the alarm that is looked at, with the tags of its owner", () => {
  const alarms = stack.of("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => inputs);
  expect(alarms).toContainEqual(
    expect.objectContaining({
      name: "recommender-dev-consumer-errors",
      tags: expect.objectContaining({ Project: "recommender", Stack: "dev" }),
    }),
  );
});
