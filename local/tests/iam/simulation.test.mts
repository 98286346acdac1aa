import {
  IAM,
  type SimulateCustomPolicyCommandInput,
  type SimulatePrincipalPolicyCommandInput,
} from "@aws-sdk/client-iam";
import { describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { createRole, policyOf } from "../support/roles.ts";

// The shape of the answers is what AWS answered to localstack's test_simulate_principle_policy; which statements are in
// them, and what MissingContextValues are, is in the API reference of EvaluationResult.

const account = await openAccount();
const iam = new IAM(sdk(account));

const bucket = "arn:aws:s3:::bucket";
const policy = (...Statement: object[]) => policyOf(Statement);
const allow = (Action: string | string[], more: object = {}) => ({ Effect: "Allow", Action, Resource: "*", ...more });

async function custom(input: Partial<SimulateCustomPolicyCommandInput>) {
  const { EvaluationResults = [] } = await iam.simulateCustomPolicy({
    PolicyInputList: [],
    ActionNames: ["s3:GetObject"],
    ...input,
  });
  return EvaluationResults;
}
const ofRole = (input: Omit<SimulatePrincipalPolicyCommandInput, "ActionNames"> & { ActionNames?: string[] }) =>
  iam.simulatePrincipalPolicy({ ActionNames: ["s3:GetObject"], ...input });

describe("SimulatePrincipalPolicy", () => {
  test("answers each action with its decision and the statements that made it, as recorded", async () => {
    const PolicyDocument =
      '{"Version": "2012-10-17", "Statement": {"Sid": "", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}';
    const { Policy } = await iam.createPolicy({ PolicyName: "writes", PolicyDocument });
    const PolicySourceArn = await createRole(account, "recorded", "lambda.amazonaws.com");
    await iam.attachRolePolicy({ RoleName: "recorded", PolicyArn: Policy?.Arn });
    const ActionNames = ["s3:PutObject", "s3:GetObjectVersion"];
    const { EvaluationResults, IsTruncated } = await ofRole({ PolicySourceArn, ActionNames, ResourceArns: [bucket] });
    const statement = {
      SourcePolicyId: "writes",
      SourcePolicyType: "IAM Policy",
    };
    const result = (action: string, decision: string, statements: object[]) => ({
      EvalActionName: action,
      EvalResourceName: bucket,
      EvalDecision: decision,
      EvalDecisionDetails: {},
      MatchedStatements: statements,
      MissingContextValues: [],
      OrganizationsDecisionDetail: { AllowedByOrganizations: true },
      ResourceSpecificResults: [
        {
          EvalResourceName: bucket,
          EvalResourceDecision: decision,
          MatchedStatements: statements,
          MissingContextValues: [],
        },
      ],
    });
    expect(IsTruncated).toBe(false);
    expect(EvaluationResults).toEqual([
      result("s3:PutObject", "allowed", [statement]),
      result("s3:GetObjectVersion", "implicitDeny", []),
    ]);
  });

  test("includes inline policies, further policies of the request, and the boundary", async () => {
    const PolicySourceArn = await createRole(account, "limited", "lambda.amazonaws.com");
    const inline = { RoleName: "limited", PolicyName: "own", PolicyDocument: policy(allow("s3:Get*")) };
    await iam.putRolePolicy(inline);
    const input = {
      PolicySourceArn,
      ActionNames: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      PolicyInputList: [policy(allow("s3:*"))],
      PermissionsBoundaryPolicyInputList: [policy(allow(["s3:GetObject", "s3:PutObject"]))],
    };
    const { EvaluationResults = [] } = await ofRole(input);
    expect(EvaluationResults.map(({ EvalDecision }) => EvalDecision)).toEqual(["allowed", "allowed", "implicitDeny"]);
    expect(EvaluationResults[0]?.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId)).toEqual([
      "role_limited_own",
      "PolicyInputList.1",
    ]);
    expect(EvaluationResults[2]?.PermissionsBoundaryDecisionDetail).toEqual({ AllowedByPermissionsBoundary: false });
  });

  test.each([
    ["arn:aws:iam::000000000000:role/none", "NoSuchEntityException"],
    ["arn:aws:iam::000000000000:user/ann", "NoSuchEntityException"],
    ["arn:aws:iam::000000000000:root", "InvalidInputException"],
    ["arn:aws:sts::000000000000:assumed-role/a/b", "InvalidInputException"],
  ])("%s is refused with %s", async (PolicySourceArn, name) => {
    await expect(ofRole({ PolicySourceArn })).rejects.toMatchObject({ name });
  });

  test("answers in pages", async () => {
    const PolicySourceArn = await createRole(account, "paged", "lambda.amazonaws.com");
    const input = { PolicySourceArn, ActionNames: ["s3:A", "s3:B", "s3:C"], MaxItems: 2 };
    const first = await ofRole(input);
    const second = await ofRole({ ...input, Marker: first.Marker });
    const names = [first, second].map(({ EvaluationResults = [] }) =>
      EvaluationResults.map(({ EvalActionName }) => EvalActionName),
    );
    expect(names).toEqual([["s3:A", "s3:B"], ["s3:C"]]);
    expect([first.IsTruncated, second.IsTruncated]).toEqual([true, false]);
  });
});

describe("SimulateCustomPolicy", () => {
  test("an explicit deny is the only statement in the result", async () => {
    const PolicyInputList = [
      `{"Version":"2012-10-17","Statement":[${JSON.stringify(allow("s3:*"))},\n${JSON.stringify({ ...allow("s3:GetObject"), Effect: "Deny" })}]}`,
    ];
    const [result] = await custom({ PolicyInputList });
    expect(result?.EvalDecision).toBe("explicitDeny");
    expect(result?.MatchedStatements).toHaveLength(1);
  });

  test("a condition is decided by the context of the request, and keys that it lacks are reported", async () => {
    const PolicyInputList = [policy(allow("s3:GetObject", { Condition: { StringEquals: { "s3:prefix": "pets/" } } }))];
    const ContextEntries = [
      { ContextKeyName: "s3:prefix", ContextKeyValues: ["pets/"], ContextKeyType: "string" as const },
    ];
    expect(await custom({ PolicyInputList, ContextEntries })).toMatchObject([
      { EvalDecision: "allowed", MissingContextValues: [] },
    ]);
    expect(await custom({ PolicyInputList })).toMatchObject([
      { EvalDecision: "implicitDeny", MissingContextValues: ["s3:prefix"] },
    ]);
  });

  test("a resource policy can allow the caller that the request names", async () => {
    const CallerArn = "arn:aws:iam::000000000000:role/reader";
    const ResourcePolicy = policy({ ...allow("s3:GetObject"), Principal: { AWS: CallerArn }, Resource: `${bucket}/*` });
    const [result] = await custom({ ResourcePolicy, CallerArn, ResourceArns: [`${bucket}/a`] });
    expect(result?.EvalDecision).toBe("allowed");
  });

  test("every action is decided on every resource", async () => {
    const PolicyInputList = [policy(allow("s3:GetObject", { Resource: `${bucket}/*` }))];
    const results = await custom({ PolicyInputList, ResourceArns: [`${bucket}/a`, "arn:aws:s3:::other/a"] });
    expect(results.map(({ EvalDecision }) => EvalDecision)).toEqual(["allowed", "implicitDeny"]);
  });

  test("a malformed policy is refused", async () => {
    await expect(custom({ PolicyInputList: ["{"] })).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
    });
  });
});
