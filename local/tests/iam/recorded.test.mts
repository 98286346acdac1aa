import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  IAMClient,
  ListPoliciesCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, startAccount } from "../../account/account.ts";
import { parsePolicy } from "../../account/services/iam/documents.ts";
import { sdk } from "../support/aws.ts";

// Responses of AWS, from localstack's snapshots and the IAM user guide.

let account: Account;
let iam: IAMClient;
beforeAll(async () => {
  account = await startAccount({ speed: 0 });
  iam = new IAMClient(sdk(account));
});
afterAll(async () => {
  iam.destroy();
  await account.close();
});

const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const create = (document: object | string, PolicyName = "p") =>
  iam.send(
    new CreatePolicyCommand({
      PolicyName,
      PolicyDocument: typeof document === "string" ? document : JSON.stringify(document),
    }),
  );
const of = (statement: object) => ({ Version: "2012-10-17", Statement: [{ ...allow, ...statement }] });

describe("policies of AWS", () => {
  test.each([
    ["AdministratorAccess", "/", { Action: "*", Resource: "*" }],
    ["AmazonS3FullAccess", "/", { Action: ["s3:*", "s3-object-lambda:*"] }],
    ["AWSLambdaKinesisExecutionRole", "/service-role/", { Resource: "*" }],
  ])("%s can be read with its document", async (name, path, statement) => {
    const PolicyArn = `arn:aws:iam::aws:policy${path}${name}`;
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    expect(Policy).toMatchObject({ PolicyName: name, Path: path });
    const VersionId = Policy?.DefaultVersionId;
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ""))).toMatchObject({ Statement: [statement] });
  });

  test("every document in the account is valid for IAM", async () => {
    const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: "AWS", MaxItems: 1000 }));
    expect(Policies.length).toBeGreaterThan(10);
    for (const { Arn: PolicyArn, DefaultVersionId: VersionId, PolicyName } of Policies) {
      const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
      const text = decodeURIComponent(PolicyVersion?.Document ?? "");
      expect(parsePolicy(text, "identity", (problem) => new Error(`${PolicyName}: ${problem}`))).toEqual(
        JSON.parse(text),
      );
    }
  });

  const attach = async (PolicyArn: string) => {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    const RoleName = `role-${PolicyArn.length}`;
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    return iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  };

  test("a policy that AWS has and the account does not returns 501", async () => {
    await expect(attach("arn:aws:iam::aws:policy/ReadOnlyAccess")).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
  });

  test("a policy that AWS has at another path does not exist", async () => {
    await expect(attach("arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole")).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
  });

  test("refuses a text that is not an ARN (test_role_attach_policy)", async () => {
    await expect(attach("longpolicynamebutnoarn")).rejects.toMatchObject({
      name: "ValidationError",
      message: "Invalid ARN:  Could not be parsed!",
    });
  });
});

describe("a policy document is malformed", () => {
  test.each<[string, object | string]>([
    ["that is not JSON", "{"],
    ["without a version", { Statement: [allow] }],
    ["of the older version", { ...of({}), Version: "2008-10-17" }],
    ["of an unknown version", { ...of({}), Version: "2020-01-01" }],
    ["whose ARN has too few parts", of({ Resource: "arn:aws:s3::bucket" })],
    ["whose ARN has an unknown partition", of({ Resource: "arn:error:s3:::bucket" })],
    ["with a Region in an S3 ARN", of({ Resource: "arn:aws:s3:eu-west-1::bucket" })],
    ["with a Region in an IAM ARN", of({ Resource: "arn:aws:iam:eu-west-1:000000000000:role/r" })],
    ["whose Sid is a number", of({ Sid: 1 })],
    ["whose Sid has a hyphen", of({ Sid: "a-b" })],
  ])("%s", async (_, document) => {
    await expect(create(document)).rejects.toMatchObject({ name: "MalformedPolicyDocumentException" });
  });

  test.each(["*", "arn:aws:s3:::bucket/*", "arn:aws:s3:eu-west-1:000000000000:accesspoint/a", "arn:aws:logs:*:*:*"])(
    "but not with the resource %s",
    async (Resource) => {
      const name = `right-${Resource.length}`;
      expect((await create(of({ Resource }), name)).Policy?.PolicyName).toBe(name);
    },
  );
});

describe("a trust policy", () => {
  const trust = (Action: string | string[], Version = "2012-10-17") =>
    iam.send(
      new CreateRoleCommand({
        RoleName: `trusting-${Version.slice(0, 4)}-${String(Action).length}`,
        AssumeRolePolicyDocument: JSON.stringify({
          Version,
          Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action }],
        }),
      }),
    );

  test.each([["s3:GetObject"], ["sts:GetCallerIdentity"], ["*"], ["sts:*"]])("cannot allow %s", async (Action) => {
    await expect(trust(Action)).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
      message: expect.stringContaining("AssumeRole policy may only specify STS AssumeRole actions."),
    });
    await expect(trust(["sts:AssumeRole", Action])).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
    });
  });

  test("can allow the actions for assuming a role, in any case, also in the older version", async () => {
    await trust(["sts:AssumeRole", "sts:TagSession", "STS:assumerolewithwebidentity"]);
    await trust("sts:SetSourceIdentity", "2008-10-17");
  });

  test("that is not JSON is refused with AWS's error (test_create_role_with_malformed_assume_role_policy_document)", async () => {
    const wrong = iam.send(new CreateRoleCommand({ RoleName: "wrong", AssumeRolePolicyDocument: '{"a": ' }));
    await expect(wrong).rejects.toMatchObject({ message: "This policy contains invalid Json" });
  });
});

test("CreateRole returns neither MaxSessionDuration nor RoleLastUsed, GetRole both (test_create_describe_role)", async () => {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
  });
  const created = await iam.send(new CreateRoleCommand({ RoleName: "described", AssumeRolePolicyDocument }));
  expect(created.Role).not.toHaveProperty("MaxSessionDuration");
  expect(created.Role).not.toHaveProperty("RoleLastUsed");
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: "described" }));
  expect(Role).toMatchObject({ MaxSessionDuration: 3600, RoleLastUsed: {} });
});
