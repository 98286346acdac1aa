import { describe, expect, test } from "vitest";
import { closedResources } from "../../policy/access/access-rules.ts";
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
