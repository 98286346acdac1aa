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

// Answers of AWS to CreatePolicy, in getmoto/moto, tests/test_iam/test_iam_policies.py.
describe("a policy document is malformed", () => {
  const syntax = "Syntax errors in policy.";
  const version = "Policy document must be version 2012-10-17 or greater.";
  const legacy = "The policy failed legacy parsing";
  const noActions = "Policy statement must contain actions.";
  const noResources = "Policy statement must contain resources.";
  const dated = (a: unknown, operator = "DateLessThan") => of({ Condition: { [operator]: { a } } });
  const sids = (statement: object) => ({
    Version: "2012-10-17",
    Statement: [
      { ...allow, Sid: "s", ...statement },
      { Sid: "s", Effect: "Allow" },
    ],
  });

  test.each<[string, object | string, string]>([
    ["that is not JSON", "This is not a json document", syntax],
    ["of an unknown version", { ...of({}), Version: "2013-10-17" }, syntax],
    ["without statements", { Version: "2012-10-17", Statement: [] }, syntax],
    ["with a statement that is a text", { Version: "2012-10-17", Statement: ["afd"] }, syntax],
    ["with an unknown element", { ...of({}), "Extra field": "value" }, syntax],
    ["with an unknown element of a statement", of({ "Extra field": "value" }), syntax],
    ["whose Id is a list", { ...of({}), Id: ["id"] }, syntax],
    ["without an effect", of({ Effect: undefined }), syntax],
    ["with an unknown effect", of({ Effect: "invalid" }), syntax],
    ["whose action is an object", of({ Action: {} }), syntax],
    ["whose action is a list of lists", of({ Action: [[]] }), syntax],
    ["whose resource is an object", of({ Resource: { a: "*" } }), syntax],
    ["with a resource that is an object", of({ Resource: ["adfdf", {}] }), syntax],
    ["with Action and NotAction", of({ NotAction: "s3:ListBucket" }), syntax],
    ["with Resource and NotResource", of({ NotResource: [] }), syntax],
    ["whose condition is a list", of({ Condition: [{ StringEquals: { a: "b" } }] }), syntax],
    ["whose condition is a text", of({ Condition: "a" }), syntax],
    ["whose operator is a text", of({ Condition: { DateGreaterThan: "b" } }), syntax],
    ["whose operator is a list", of({ Condition: { DateGreaterThan: [] } }), syntax],
    ["whose condition's value is an object", dated({}), syntax],
    ["with an unknown condition operator", of({ Condition: { x: { a: "1" } } }), syntax],
    ["with a quantifier of two colons", of({ Condition: { "ForAnyValue::StringEqualsIfExists": { a: "b" } } }), syntax],
    ["whose Sid is an object", of({ Sid: {} }), syntax],
    ["without a version", { Statement: allow }, version],
    ["of the older version", { ...of({}), Version: "2008-10-17" }, version],
    ["without a version, also with another mistake", { Statement: { ...allow, Effect: "denY" } }, version],
    ["with an effect in other letters", of({ Effect: "denY" }), legacy],
    ["with such an effect, also with a Region", of({ Effect: "allow", Resource: "arn:aws:s3:us-east-1::b" }), legacy],
    ["with such an effect, also with two equal Sids", sids({ Effect: "aLLow" }), legacy],
    ["with a date that is a word", dated("sdfdsf"), legacy],
    ["with a 13th month", dated("234-13"), legacy],
    ["with an offset of one digit", dated("2016-12-13t2:00:00.593194+1"), legacy],
    ["with ten digits of a second", dated("2016-12-13t2:00:00.1999999999+10:59"), legacy],
    ["with too many seconds since 1970", dated("9223372036854775808"), legacy],
    ["with a wrong date in a list", dated(["2026-01-01", "soon"], "DateNotEqualsIfExists"), legacy],
    [
      "with a wrong date, also with a partition",
      of({ Resource: "arn:error:s3:::b", Condition: { DateEquals: { a: "b" } } }),
      legacy,
    ],
    ["whose ARN has no service", of({ Resource: "arn:aws::::example_bucket" }), legacy],
    ["whose ARN has no service and few parts", of({ Resource: "arn:aws::fdsasf" }), legacy],
    ["whose ARN has too few parts", of({ Resource: ["arn:aws:s3::example_bucket"] }), legacy],
    ["whose NotResource has too few parts", of({ Resource: undefined, NotResource: "arn:aws:s3::b" }), legacy],
    ["with two equal Sids", sids({}), "Statement IDs (SID) in a single policy must be unique."],
    ["without actions", of({ Action: undefined }), noActions],
    ["with an empty list of actions", of({ Action: [] }), noActions],
    ["without resources", of({ Resource: undefined }), noResources],
    ["with an empty list of resources", of({ Resource: [] }), noResources],
    ["with a resource that is no ARN", of({ Resource: ["adf"] }), 'Resource adf must be in ARN format or "*".'],
    ["with an empty resource", of({ Resource: "" }), 'Resource  must be in ARN format or "*".'],
    [
      "with a wrong resource and a wrong action",
      of({ Action: "s:3:List", Resource: "sdf" }),
      "Resource sdf must be in",
    ],
    [
      "whose ARN has no partition",
      of({ Resource: "aws:s3:::example_bucket" }),
      'Partition "s3" is not valid for resource "arn:s3:::example_bucket:*".',
    ],
    [
      "whose ARN has an unknown partition",
      of({ Resource: "a:b:c:d:e:f:g:h" }),
      'Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".',
    ],
    ["whose ARN ends", of({ Resource: "a:bsd" }), 'Partition "bsd" is not valid for resource "arn:bsd:*:*:*:*".'],
    [
      "whose ARN ends before the service",
      of({ Resource: "arn:aws" }),
      "Resource vendor must be fully qualified and cannot contain regexes.",
    ],
    [
      "whose ARN has a wildcard as the service",
      of({ Resource: "arn:aws:*:*:*:*" }),
      "Resource vendor must be fully qualified and cannot contain regexes.",
    ],
    [
      "with an IAM resource of an unknown kind",
      of({ Resource: "arn:aws:iam:::example_bucket" }),
      'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.',
    ],
    [
      "with an IAM resource that is nearly a role",
      of({ Resource: "arn:aws:iam::000000000000:rol/x" }),
      "IAM resource path",
    ],
    [
      "with a Region in an IAM ARN",
      of({ Resource: "arn:aws:iam:us-east-1::example_bucket" }),
      "IAM resource arn:aws:iam:us-east-1::example_bucket cannot contain region information.",
    ],
    [
      "with a Region in an S3 ARN",
      of({ Resource: "arn:aws:s3:us-east-1::example_bucket" }),
      "Resource arn:aws:s3:us-east-1::example_bucket can not contain region information.",
    ],
    ["with an action without a service", of({ Action: "invalid" }), "Actions/Conditions must be prefaced by a vendor"],
    [
      "with such an action and no resource",
      of({ Action: "invalid", Resource: undefined }),
      "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    ],
    [
      "with an empty action",
      of({ Action: undefined, NotAction: "" }),
      "Actions/Conditions must be prefaced by a vendor",
    ],
    ["with a service of two words", of({ Action: "a a:ListBucket" }), "Vendor a a is not valid"],
    ["with an action of two colons", of({ Action: "s3:List:Bucket" }), "Actions/Condition can contain only one colon."],
    // IAM user guide, "IAM JSON policy elements: Sid".
    ["whose Sid has a hyphen", of({ Sid: "a-b" }), "Statement IDs (SID) must be alpha-numeric."],
  ])("%s", async (_, document, message) => {
    const error = { name: "MalformedPolicyDocumentException", message: expect.stringContaining(message) };
    await expect(create(document)).rejects.toMatchObject(error);
  });

  test("and the message names the statement if there are several", async () => {
    const document = { Version: "2012-10-17", Statement: [allow, { ...allow, Action: "invalid" }] };
    await expect(create(document)).rejects.toThrow("e.g., iam, sdb, ec2, etc. (statement 2)");
  });
});

const dated = (a: unknown, operator = "DateLessThanEquals") => of({ Condition: { [operator]: { a } } });

// The same file, valid_policy_documents.
test.each<[string, object]>([
  ["with one statement that is no list", { Version: "2012-10-17", Statement: { ...allow, NotAction: undefined } }],
  ["with an action of several words", of({ Action: "iam: asdf safdsf af " })],
  ["with actions of unknown services", of({ Action: ["fsx:ListBucket", "s3-s:ListBucket", "s3.s:ListBucket"] })],
  ["with the resource *", of({ Resource: ["arn:aws:s3:::example_bucket", "*"] })],
  ["whose ARN has three parts", of({ Resource: "arn:aws:fdsasf" })],
  ["whose ARN has three parts in a list", of({ Resource: ["arn:aws:x"] })],
  ["with an IAM resource without an account", of({ Resource: "arn:aws:iam:::user/example_bucket" })],
  ["with resources of unknown services", of({ Resource: ["arn:aws:s33:::b", "arn:aws:invalid-service:us-east-1::b"] })],
  ["with Region and account as words", of({ Resource: "arn:aws:ec2:region:account-id:instance/*" })],
  ["with an empty condition", of({ Condition: {} })],
  ["with unknown operators without keys", of({ Condition: { x: {}, y: {} } })],
  ["with an operator without keys", of({ Condition: { DateGreaterThan: {} } })],
  ["with a key without values", of({ Condition: { DateGreaterThan: { a: [] } } })],
  ["with a quantifier and a suffix", of({ Condition: { "ForAnyValue:StringEqualsIfExists": { a: "asf" } } })],
  ["with a year and a T", dated("01T", "DateGreaterThan")],
  ["with a date and a time", dated("2019-07-01T13:20:15Z")],
  ["with an offset", dated("2016-12-13T21:20:37.593194+00:00")],
  ["with an offset of hours, and an hour of one digit", dated("2016-12-13t2:00:00.593194+23")],
  ["with the first year", dated("-292275054")],
  ["with seconds since 1970", dated("9223372036854775807")],
  ["with NotResource", of({ Resource: undefined, NotResource: "*" })],
  ["with an Id", { ...of({}), Id: "sdfsdfsdf" }],
  // Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3" and
  // "… for IAM".
  ["with the ARN of an access point", of({ Resource: "arn:aws:s3:eu-west-1:000000000000:accesspoint/a" })],
  ["with any resource of IAM", of({ Resource: "arn:aws:iam::*:*" })],
  ["with wildcards behind the service", of({ Resource: "arn:aws:logs:*:*:*" })],
])("a policy document is valid %s", async (what, document) => {
  const PolicyName = what.replace(/[^a-zA-Z]/g, "-");
  expect((await create(document, PolicyName)).Policy?.PolicyName).toBe(PolicyName);
});

describe("a trust policy", () => {
  const trusting = (AWS: string) =>
    iam.createRole({
      RoleName: `trusted-${AWS.replace(/[^a-z0-9]/g, "-")}`,
      AssumeRolePolicyDocument: trustOf({ AWS }),
    });

  // IAM user guide, "AWS JSON policy elements: Principal", has the forms; groups and policies are
  // none.
  test.each([
    "arn:aws:iam::000000000000:rol/x",
    "arn:aws:iam::000000000000:role",
    "arn:aws:iam::000000000000:role/",
    "arn:aws:iam::000000000000:group/g",
    "arn:aws:iam::000000000000:policy/p",
    "arn:aws:iam:eu-west-1:000000000000:role/r",
    "arn:aws:iam::0:role/r",
    "arn:aws:sts::000000000000:role/r",
    "arn:aws:sts::000000000000:assumed-role/r",
    "r",
  ])("cannot name %s", async (principal) => {
    await expect(trusting(principal)).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
      message: expect.stringContaining(`Invalid principal in policy: "AWS":"${principal}"`),
    });
  });

  test.each([
    "*",
    "000000000000",
    "arn:aws:iam::000000000000:root",
    "arn:aws:iam::000000000000:role/path/r",
    "arn:aws:iam::000000000000:user/u",
    "arn:aws:sts::000000000000:assumed-role/r/session",
  ])("can name %s", async (principal) => {
    expect((await trusting(principal)).Role?.Arn).toBeDefined();
  });

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
