// An `up` that a resource stops in the middle: its reason, and nothing of the program, which fails
// with the engine.
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { IAM } from "@aws-sdk/client-iam";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sdk } from "../../local/tests/support/aws.ts";
import { createRole, policyOf, sessionOf } from "../../local/tests/support/roles.ts";
import { needsPulumi } from "../support/engine.ts";
import { takeSome } from "../support/second-ring.ts";
import { type Environment, openEnvironment } from "./environment.mts";

describe("An `up` prints only the engine's reason", needsPulumi, () => {
  let stack: Environment;
  beforeEach(async () => {
    stack = await openEnvironment("failed");
  });
  afterEach(async () => {
    stack.engine.forget();
    await stack.account.close();
  });

  const up = () =>
    stack.engine.run("up", "--yes", "--skip-preview").then(
      (printed) => expect.unreachable(printed),
      (error: Error) => error.message,
    );
  const traces = /Channel|UNAVAILABLE|terminating|unhandled exception|node_modules|^\s+at |service was stopped/m;

  test.each(takeSome(["logs:CreateLogGroup", "kinesis:CreateStream", "lambda:CreateFunction"], 3))(
    "without the right to %s",
    async (Action) => {
      const role = await createRole(stack.account, "deploys", "000000000000", [{ Action: "*", Resource: "*" }]);
      await new IAM(sdk(stack.account)).putRolePolicy({
        RoleName: "deploys",
        PolicyName: "less",
        PolicyDocument: policyOf({ Effect: "Deny", Action, Resource: "*" }),
      });
      const printed = await stack.engine.as(await sessionOf(stack.account, role), up);
      expect(printed).toContain(`is not authorized to perform: ${Action}`);
      expect(printed).not.toMatch(traces);
    },
  );

  test("where a name is taken", async () => {
    const logGroupName = "/aws/lambda/recommender-failed-recommend-pets";
    await new CloudWatchLogs(sdk(stack.account)).createLogGroup({ logGroupName });
    const printed = await up();
    expect(printed).toContain("already exists");
    expect(printed).not.toMatch(traces);
  });
});
