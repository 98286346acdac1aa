// The policy of `doctor --deploy-policy` for the largest configuration. The whole-life test deploys with such a policy.
import { IAM } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planStack } from "../../cli/doctor/deployment/plan.ts";
import type { Plan } from "../../cli/doctor/deployment/planned-resource.ts";
import { createDeployPolicy } from "../../cli/doctor/deployment/policies.ts";
import { type Account, startAccount } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { createRoleWithPolicies } from "../support/role-session.ts";

const place = { account: "000000000000", region: "eu-west-1" };
const stack = "wide";
const boundary = `arn:aws:iam::${place.account}:policy/company-boundary`;

/** Plans the largest configuration. */
const planLargest = (name: string): Promise<Plan> =>
  planStack({
    ...place,
    stack: name,
    config: {
      "aws:region": place.region,
      "recommender:network": "create",
      "recommender:metricAttribution": "true",
      "recommender:popularityBaseline": "true",
      "recommender:deletionProtection": "false",
      "recommender:notificationEmails": '["pets@example.org"]',
      "recommender:permissionsBoundaryArn": boundary,
    },
  });

let account: Account;
let policy: ReturnType<typeof createDeployPolicy>;
let roleArn: string;
beforeAll(async () => {
  account = await startAccount({ speed: 0 });
  policy = createDeployPolicy(place, stack, await planLargest(stack));
  roleArn = await createRoleWithPolicies(account, "deployer", [policy]);
});
afterAll(() => account.close());

const statement = (name: string) => policy.Statement.find(({ Sid }) => Sid === name);

test("is short enough to be read", () => {
  expect(JSON.stringify(policy, null, 2).split("\n").length).toBeLessThanOrEqual(150);
});

test("names the stack's resources, and generated ids", () => {
  const resources = [statement("Stack")?.Resource ?? []].flat();
  expect(resources.length).toBeGreaterThan(15);
  const others = resources.filter((resource) => !/recommender-wide-|\/animal-recommender\/wide/.test(resource));
  expect(others).toEqual([
    `arn:aws:kms:eu-west-1:${place.account}:key/*`,
    `arn:aws:personalize:eu-west-1:${place.account}:event-tracker/*`,
  ]);
});

test("has a pattern for names that do not begin with the stack's prefix, because they were cut", async () => {
  const long = "a-stack-with-a-name-that-fills-what-a-name-may-have";
  const { Statement } = createDeployPolicy(place, long, await planLargest(long));
  const resources = Statement.flatMap(({ Resource }) => Resource);
  expect(resources).toContain(
    `arn:aws:personalize:eu-west-1:${place.account}:*/recommender-a-stack-with-a-name-that-fills-what-a-name-*`,
  );
});

/** Decides an action with the deployer's policy; conditions get these values. */
async function decide(action: string, resource: string, context: Readonly<Record<string, string>> = {}) {
  const { EvaluationResults = [] } = await new IAM(sdk(account)).simulatePrincipalPolicy({
    PolicySourceArn: roleArn,
    ActionNames: [action],
    ResourceArns: [resource],
    ContextEntries: Object.entries(context).map(([key, value]) => ({
      ContextKeyName: key,
      ContextKeyType: "string" as const,
      ContextKeyValues: [value],
    })),
  });
  return EvaluationResults[0]?.EvalDecision;
}

test("passes the stack's roles to the program's services only", async () => {
  const pass = (role: string, service: string) =>
    decide("iam:PassRole", `arn:aws:iam::${place.account}:role/${role}`, {
      "iam:PassedToService": `${service}.amazonaws.com`,
    });
  expect(await pass("recommender-wide-import", "personalize")).toBe("allowed");
  expect(await pass("recommender-wide-import", "ec2")).toBe("explicitDeny");
  expect(await pass("recommender-other-import", "personalize")).toBe("implicitDeny");
});

test("creates and keeps roles with the boundary of the configuration only", async () => {
  const role = `arn:aws:iam::${place.account}:role/recommender-wide-import`;
  const create = (arn: string) => decide("iam:CreateRole", role, { "iam:PermissionsBoundary": arn });
  expect(await create(boundary)).toBe("allowed");
  expect(await create(`${boundary}-of-others`)).toBe("explicitDeny");
  expect(await decide("iam:CreateRole", role)).toBe("explicitDeny");
  expect(await decide("iam:DeleteRolePermissionsBoundary", role)).toBe("explicitDeny");
});

test("lets `doctor` read what it checks", async () => {
  const deployer = `arn:aws:iam::${place.account}:role/deployer`;
  for (const action of ["iam:GetRole", "iam:SimulatePrincipalPolicy"]) {
    expect(await decide(action, deployer)).toBe("allowed");
  }
  for (const action of ["lambda:GetAccountSettings", "servicequotas:ListServiceQuotas"]) {
    expect(await decide(action, "*")).toBe("allowed");
  }
});

test("reaches no mapping of another stack's function", async () => {
  const update = (name: string) =>
    decide("lambda:UpdateEventSourceMapping", `arn:aws:lambda:eu-west-1:${place.account}:event-source-mapping:1`, {
      "lambda:FunctionArn": `arn:aws:lambda:eu-west-1:${place.account}:function:${name}`,
    });
  expect(await update("recommender-wide-ingest-events")).toBe("allowed");
  expect(await update("recommender-other-ingest-events")).toBe("implicitDeny");
});

describe("in a network", () => {
  const ours = { "aws:ResourceTag/Project": "recommender", "aws:ResourceTag/Stack": stack };

  test.each([
    ["ec2:DeleteVpc", "vpc"],
    ["ec2:CreateSubnet", "vpc"],
    ["ec2:RevokeSecurityGroupEgress", "security-group"],
  ])("allows %s on the stack's own %s", async (action, type) => {
    expect(await decide(action, `arn:aws:ec2:eu-west-1:${place.account}:${type}/${type}-0123`, ours)).toBe("allowed");
  });

  test.each([
    ["ec2:DeleteVpc", "vpc"],
    ["ec2:CreateTags", "route-table"],
  ])("denies %s on a %s of another stack", async (action, type) => {
    const arn = `arn:aws:ec2:eu-west-1:${place.account}:${type}/${type}-0123`;
    expect(await decide(action, arn, { ...ours, "aws:ResourceTag/Stack": "other" })).toBe("implicitDeny");
  });
});
