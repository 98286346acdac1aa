import { IAM, type SimulatePrincipalPolicyCommandInput } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { createRole, policyOf } from "../support/roles.ts";

// The answers are in the API reference of SimulatePrincipalPolicy and EvaluationResult.

const account = await openAccount();
const iam = new IAM(sdk(account));

const allow = (Action: string | string[], more: object = {}) => ({ Effect: "Allow", Action, Resource: "*", ...more });
const simulate = async (input: Partial<SimulatePrincipalPolicyCommandInput>) =>
  iam.simulatePrincipalPolicy({ PolicySourceArn: undefined, ActionNames: ["s3:GetObject"], ...input });

let roles = 0;
/** Simulates with the policies of a new role. */
async function decide(statements: object[], input: Partial<SimulatePrincipalPolicyCommandInput> = {}) {
  const RoleName = `simulated-${roles++}`;
  const PolicySourceArn = await createRole(account, RoleName, "lambda.amazonaws.com");
  await iam.putRolePolicy({ RoleName, PolicyName: "own", PolicyDocument: policyOf(statements) });
  const { EvaluationResults = [] } = await simulate({ PolicySourceArn, ...input });
  return EvaluationResults;
}

test("every action is decided on every resource", async () => {
  const statement = allow("s3:Get*", { Resource: "arn:aws:s3:::bucket/*" });
  const results = await decide([statement], {
    ActionNames: ["s3:GetObject", "s3:PutObject"],
    ResourceArns: ["arn:aws:s3:::bucket/a", "arn:aws:s3:::other/a"],
  });
  const decisions = results.map(({ EvalActionName, EvalResourceName, EvalDecision }) => [
    EvalActionName,
    EvalResourceName,
    EvalDecision,
  ]);
  expect(decisions).toEqual([
    ["s3:GetObject", "arn:aws:s3:::bucket/a", "allowed"],
    ["s3:GetObject", "arn:aws:s3:::other/a", "implicitDeny"],
    ["s3:PutObject", "arn:aws:s3:::bucket/a", "implicitDeny"],
    ["s3:PutObject", "arn:aws:s3:::other/a", "implicitDeny"],
  ]);
});

test("includes attached policies, further policies of the request, and the boundary", async () => {
  const RoleName = "limited";
  const PolicySourceArn = await createRole(account, RoleName, "lambda.amazonaws.com");
  const create = async (PolicyName: string, Action: string | string[]) =>
    (await iam.createPolicy({ PolicyName, PolicyDocument: policyOf([allow(Action)]) })).Policy?.Arn;
  await iam.attachRolePolicy({ RoleName, PolicyArn: await create("reads", "s3:Get*") });
  const boundary = await create("boundary", ["s3:GetObject", "s3:PutObject"]);
  await iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary: boundary });
  const { EvaluationResults = [] } = await simulate({
    PolicySourceArn,
    ActionNames: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
    PolicyInputList: [policyOf([allow(["s3:PutObject", "s3:DeleteObject"])])],
  });
  expect(EvaluationResults.map(({ EvalDecision }) => EvalDecision)).toEqual(["allowed", "allowed", "implicitDeny"]);
});

test("an explicit deny is reported", async () => {
  const [result] = await decide([allow("s3:*"), { ...allow("s3:GetObject"), Effect: "Deny" }]);
  expect(result?.EvalDecision).toBe("explicitDeny");
});

test("a condition is decided by the context of the request, and keys that it lacks are reported", async () => {
  const statement = allow("s3:GetObject", { Condition: { StringEquals: { "s3:prefix": "pets/" } } });
  const ContextEntries = [
    { ContextKeyName: "s3:prefix", ContextKeyValues: ["pets/"], ContextKeyType: "string" as const },
  ];
  expect(await decide([statement], { ContextEntries })).toMatchObject([
    { EvalDecision: "allowed", MissingContextValues: [] },
  ]);
  expect(await decide([statement])).toMatchObject([
    { EvalDecision: "implicitDeny", MissingContextValues: ["s3:prefix"] },
  ]);
});

test.each([
  ["arn:aws:iam::000000000000:role/none", "NoSuchEntityException"],
  ["arn:aws:iam::000000000000:user/ann", "NoSuchEntityException"],
  ["arn:aws:iam::000000000000:root", "InvalidInputException"],
  ["arn:aws:sts::000000000000:assumed-role/a/b", "InvalidInputException"],
])("%s is refused with %s", async (PolicySourceArn, name) => {
  await expect(simulate({ PolicySourceArn })).rejects.toMatchObject({ name });
});

test("answers in pages", async () => {
  const PolicySourceArn = await createRole(account, "paged", "lambda.amazonaws.com");
  const input = { PolicySourceArn, ActionNames: ["s3:A", "s3:B", "s3:C"], MaxItems: 2 };
  const first = await simulate(input);
  const second = await simulate({ ...input, Marker: first.Marker });
  const names = [first, second].map(({ EvaluationResults = [] }) =>
    EvaluationResults.map(({ EvalActionName }) => EvalActionName),
  );
  expect(names).toEqual([["s3:A", "s3:B"], ["s3:C"]]);
});
