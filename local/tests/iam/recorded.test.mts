import { IAM } from "@aws-sdk/client-iam";
import { describe, expect, test } from "vitest";
import { parsePolicy } from "../../account/languages/policy/documents.ts";
import { awsManagedPolicies } from "../../account/services/iam/state/aws-managed.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { trustOf } from "../support/roles.ts";

// Responses of AWS, from localstack's snapshots and the IAM user guide.

const account = await openAccount();
const iam = new IAM(sdk(account));

const AssumeRolePolicyDocument = trustOf({ Service: "lambda.amazonaws.com" });
const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const create = (document: object | string, PolicyName = "p") =>
  iam.createPolicy({ PolicyName, PolicyDocument: typeof document === "string" ? document : JSON.stringify(document) });
const of = (statement: object) => ({ Version: "2012-10-17", Statement: [{ ...allow, ...statement }] });

describe("policies of AWS", () => {
  test.each([
    ["AdministratorAccess", "/", { Action: "*", Resource: "*" }],
    ["AmazonS3FullAccess", "/", { Action: ["s3:*", "s3-object-lambda:*"] }],
    ["AWSLambdaKinesisExecutionRole", "/service-role/", { Resource: "*" }],
  ])("%s can be read with its document", async (name, path, statement) => {
    const PolicyArn = `arn:aws:iam::aws:policy${path}${name}`;
    const { Policy } = await iam.getPolicy({ PolicyArn });
    expect(Policy).toMatchObject({ PolicyName: name, Path: path });
    const VersionId = Policy?.DefaultVersionId;
    const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn, VersionId });
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ""))).toMatchObject({ Statement: [statement] });
  });

  test("every document in the account is valid for IAM", () => {
    for (const { name, versions } of awsManagedPolicies.values()) {
      for (const { text } of versions.values()) {
        const fail = (problem: string) => new Error(`${name}: ${problem}`);
        expect(parsePolicy(text, "identity", fail)).toEqual(JSON.parse(text));
      }
    }
  });

  const attach = async (PolicyArn: string) => {
    const RoleName = `role-${PolicyArn.length}`;
    await iam.createRole({ RoleName, AssumeRolePolicyDocument });
    return iam.attachRolePolicy({ RoleName, PolicyArn });
  };

  test("a policy that AWS has and the account does not returns 501", async () => {
    await expect(attach("arn:aws:iam::aws:policy/ReadOnlyAccess")).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
  });

  test("refuses a text that is not an ARN (test_role_attach_policy)", async () => {
    await expect(attach("longpolicynamebutnoarn")).rejects.toMatchObject({
      name: "ValidationError",
    });
  });
});

// The first ones are answers of AWS in getmoto/moto, tests/test_iam/test_iam_policies.py.
describe("a policy document is malformed", () => {
  test.each<[string, object | string]>([
    ["that is not JSON", "{"],
    ["with an unknown element", of({ "Extra field": "value" })],
    ["with an unknown effect", of({ Effect: "denY" })],
    ["with an unknown condition operator", of({ Condition: { x: { a: "1" } } })],
    ["without actions", of({ Action: undefined })],
    ["without resources", of({ Resource: [] })],
    ["with an action without a service", of({ Action: "invalid" })],
    ["with an action of two colons", of({ Action: "s3:List:Bucket" })],
    ["without a version", { Statement: [allow] }],
    ["of the older version", { ...of({}), Version: "2008-10-17" }],
    ["of an unknown version", { ...of({}), Version: "2020-01-01" }],
    ["with a resource that is no ARN", of({ Resource: "adf" })],
    ["whose ARN has too few parts", of({ Resource: "arn:aws:s3::bucket" })],
    ["whose ARN has an unknown partition", of({ Resource: "arn:error:s3:::bucket" })],
    ["with a Region in an S3 ARN", of({ Resource: "arn:aws:s3:eu-west-1::bucket" })],
    ["with a Region in an IAM ARN", of({ Resource: "arn:aws:iam:eu-west-1:000000000000:role/r" })],
    ["whose Sid is a number", of({ Sid: 1 })],
    ["whose Sid has a hyphen", of({ Sid: "a-b" })],
    ["with two equal Sids", { Version: "2012-10-17", Statement: [1, 2].map(() => ({ ...allow, Sid: "s" })) }],
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
    iam.createRole({
      RoleName: `trusting-${Version.slice(0, 4)}-${String(Action).length}`,
      AssumeRolePolicyDocument: JSON.stringify({
        Version,
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action }],
      }),
    });

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
});
