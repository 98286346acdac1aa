import { describe, expect, test } from "vitest";
import { closedResources } from "../../policy/access/rules.ts";
import { judge, policy } from "./judge.ts";

// Every open resource is refused; its closed neighbour, which differs in one value, passes. Which
// conditions restrict whom is shown by the requests of strangers (strangers.test.mts).

const account = "111122223333";
const of = (statement: object, type = "s3/BucketPolicy", property = "policy") =>
  judge(closedResources, type, { [property]: policy(statement) });
const remedy =
  "List the principals; give a service a condition such as aws:SourceAccount. Wildcards and negations restrict nothing, IfExists only where Amazon Personalize uses a key or a bucket (aws:SourceAccount and aws:SourceArn).";

const everyone = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::pets/*" };
const byService = (Service: string, Action: string, Condition: object = {}) => ({
  Effect: "Allow",
  Principal: { Service },
  Action,
  Resource: "*",
  Condition,
});

describe("the policies of all kinds of resources are found", () => {
  test.each([
    ["a bucket", "s3/BucketPolicy", "policy"],
    ["a topic", "sns/TopicPolicy", "policy"],
    ["a key", "kms/Key", "policy"],
    ["a role", "iam/Role", "assumeRolePolicy"],
    ["log groups", "cloudwatch/LogResourcePolicy", "policyDocument"],
    ["a destination of logs", "cloudwatch/LogDestinationPolicy", "accessPolicy"],
  ])("%s", (_, type, property) => {
    expect(of(everyone, type, property)).toEqual([
      `${property}: a statement allows every caller (principal *). ${remedy}`,
    ]);
    expect(of({ ...everyone, Principal: { AWS: `arn:aws:iam::${account}:role/reader` } }, type, property)).toEqual([]);
  });
});

describe("a statement for every caller", () => {
  const when = (Condition: object) => of({ ...everyone, Condition });

  test("is closed by a condition that knows the caller, also in other letters", () => {
    expect(when({ StringEquals: { "AWS:principalorgid": "o-a1b2c3" } })).toEqual([]);
    expect(when({ StringEquals: { "aws:PrincipalOrgID": ["o-a1b2c3", "o-*"] } })).toHaveLength(1);
  });

  test.each([
    ["only the encryption of the connection", { Bool: { "aws:SecureTransport": "true" } }],
    ["the service, but not for whom", { StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } }],
    ["what the caller sends", { StringEquals: { "aws:UserAgent": "secret" } }],
  ])("is open when a condition names %s", (_, condition) => {
    expect(when(condition)).toHaveLength(1);
  });

  test("NotPrincipal, NotAction and NotResource are refused with Allow, and pass with Deny", () => {
    const listed = { Principal: { AWS: account }, Action: "s3:GetObject", Resource: "*" };
    for (const name of ["Principal", "Action", "Resource"] as const) {
      const { [name]: value, ...others } = listed;
      const statement = { Effect: "Allow", ...others, [`Not${name}`]: value };
      expect(of(statement).length).toBeGreaterThan(0);
      expect(of({ ...statement, Effect: "Deny" })).toEqual([]);
    }
  });
});

describe("a service", () => {
  test.each<[key: string, closed: string, open: string]>([
    ["aws:SourceAccount", account, "*"],
    ["aws:SourceArn", `arn:aws:personalize:eu-west-1:${account}:*`, "arn:aws:personalize:*"],
    ["sts:ExternalId", account, "*"],
    ["kms:EncryptionContext:aws:logs:arn", `arn:aws:logs:eu-west-1:${account}:log-group:*`, "arn:aws:logs:*:*:*"],
  ])("acts for this account with the condition %s: %s, and for anyone with %s", (key, closed, open) => {
    const when = (value: string) =>
      of(byService("personalize.amazonaws.com", "s3:GetObject", { StringLike: { [key]: value } }));
    expect(when(closed)).toEqual([]);
    expect(when(open)).toEqual([
      `policy: a statement lets personalize.amazonaws.com act for any account (no condition on the source). ${remedy}`,
    ]);
  });

  test("is refused without a condition, unless AWS documents that it sends no source", () => {
    expect(of(byService("events.amazonaws.com", "sns:Publish"))).toEqual([]);
    expect(of(byService("lambda.amazonaws.com", "sts:AssumeRole"))).toEqual([]);
    expect(of(byService("events.amazonaws.com", "s3:GetObject"))).toHaveLength(1);
    expect(of(byService("cloudwatch.amazonaws.com", "sns:Publish"))).toHaveLength(1);
  });
});

// Its guide has the keys in trust policies only, and no condition in its samples for keys and
// buckets.
describe("Personalize, which may name no source to KMS and S3", () => {
  const ofAccount = { StringEqualsIfExists: { "aws:SourceAccount": account } };
  const ofArn = (arn = `arn:aws:personalize:eu-west-1:${account}:*`) => ({ ArnLikeIfExists: { "aws:SourceArn": arn } });
  const uses = (Action: string, Condition: object, service = "personalize") =>
    of(byService(`${service}.amazonaws.com`, Action, Condition));

  test.each(["kms:Decrypt", "s3:GetObject"])("may do %s where a source that it names is this account's", (action) => {
    expect(uses(action, { ...ofAccount, ...ofArn() })).toEqual([]);
    expect(uses(action, {})).toHaveLength(1);
    expect(uses(action, ofAccount)).toHaveLength(1);
    expect(uses(action, ofArn())).toHaveLength(1);
    expect(uses(action, { ...ofAccount, ...ofArn("arn:aws:personalize:*") })).toHaveLength(1);
  });

  test("assumes a role only with a source, and other services do nothing without one", () => {
    const named = { ...ofAccount, ...ofArn() };
    expect(uses("sts:AssumeRole", named)).toHaveLength(1);
    expect(uses("s3:GetObject", named, "firehose")).toHaveLength(1);
    expect(uses("sns:Publish", named)).toHaveLength(1);
  });
});

describe("a trust policy", () => {
  const trust = (Principal: object, Condition: object = {}) =>
    of({ Effect: "Allow", Principal, Action: "sts:AssumeRole", Condition }, "iam/Role", "assumeRolePolicy");

  test.each([`arn:aws:iam::${account}:root`, account])("for a whole account (%s) needs a condition", (AWS) => {
    expect(trust({ AWS })).toEqual([
      `assumeRolePolicy: a statement lets every caller of the account ${AWS} assume the role. ${remedy}`,
    ]);
    expect(trust({ AWS }, { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/deploy` } })).toEqual([]);
    expect(trust({ AWS: `arn:aws:iam::${account}:role/deploy` })).toEqual([]);
  });
});
