import { describe, expect, test } from "vitest";
import { closedResources } from "../../policy/access/rules.ts";
import { judge, policy } from "./judge.ts";

// Every open resource is refused; its closed neighbour, which differs in one value, passes.

const account = "111122223333";
/** A variable of the policy language. */
const variable = (name: string) => `$\{${name}}`;
const of = (statement: object, type = "s3/BucketPolicy", property = "policy") =>
  judge(closedResources, type, { [property]: policy(statement) });
const remedy =
  "List the principals; give a service a condition such as aws:SourceAccount. Wildcards, negations and IfExists restrict nothing.";

const everyone = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::pets/*" };
const byService = (Service: string, Action: string, Condition?: object) => ({
  Effect: "Allow",
  Principal: { Service },
  Action,
  Resource: "*",
  ...(Condition ? { Condition } : {}),
});

describe("the policies of all kinds of resources are found", () => {
  test.each([
    ["a bucket", "s3/BucketPolicy", "policy"],
    ["a bucket itself", "s3/Bucket", "policy"],
    ["an access point", "s3/AccessPoint", "policy"],
    ["a topic", "sns/TopicPolicy", "policy"],
    ["a queue", "sqs/Queue", "policy"],
    ["a key", "kms/Key", "policy"],
    ["a role", "iam/Role", "assumeRolePolicy"],
    ["a stream", "kinesis/ResourcePolicy", "policy"],
    ["a repository of images", "ecr/RepositoryPolicy", "policy"],
    ["a secret", "secretsmanager/SecretPolicy", "policy"],
    ["an event bus", "cloudwatch/EventBusPolicy", "policy"],
    ["log groups", "cloudwatch/LogResourcePolicy", "policyDocument"],
    ["a destination of logs", "cloudwatch/LogDestinationPolicy", "accessPolicy"],
    ["a search domain", "opensearch/DomainPolicy", "accessPolicies"],
    ["an API", "apigateway/RestApiPolicy", "policy"],
    ["a file system", "efs/FileSystemPolicy", "policy"],
    ["a backup vault", "backup/VaultPolicy", "policy"],
    ["a table", "dynamodb/ResourcePolicy", "policy"],
  ])("%s", (_, type, property) => {
    expect(of(everyone, type, property)).toEqual([
      `${property}: a statement allows every caller (principal *). ${remedy}`,
    ]);
    expect(of({ ...everyone, Principal: { AWS: `arn:aws:iam::${account}:role/reader` } }, type, property)).toEqual([]);
  });

  test("but not those of VPC endpoints, which limit what others allow", () => {
    expect(of(everyone, "ec2/VpcEndpoint")).toEqual([]);
  });
});

describe("a statement for every caller", () => {
  const when = (Condition: object) => of({ ...everyone, Condition });

  test.each<[key: string, closed: string, open: string]>([
    ["aws:PrincipalAccount", account, "*"],
    ["aws:PrincipalOrgID", "o-a1b2c3", "o-*"],
    ["aws:PrincipalOrgPaths", "o-a1b2c3/r-ab12/*", "*/r-ab12/*"],
    ["aws:PrincipalArn", `arn:aws:iam::${account}:role/reader-*`, "*"],
    ["aws:PrincipalArn", `arn:aws:iam::${account}:role/*`, "arn:aws:iam::*:role/reader"],
    ["aws:SourceAccount", account, "????????????"],
    ["aws:SourceAccount", variable("aws:ResourceAccount"), variable("aws:PrincipalAccount")],
    ["aws:SourceArn", "arn:aws:s3:::pets", "arn:aws:s3:::*"],
    ["aws:SourceArn", "arn:aws:s3:::pets", "arn:aws:s3:::pets-*"],
    ["aws:SourceArn", `arn:aws:events:*:${account}:rule/*`, "arn:aws:events:eu-west-1:*:rule/pets"],
    ["aws:SourceVpce", "vpce-0a1b2c3d", "vpce-*"],
    ["aws:SourceVpc", "vpc-0a1b2c3d", "*"],
    ["kms:CallerAccount", account, "1111*"],
  ])("with the condition %s: %s is closed, %s is open", (key, closed, open) => {
    for (const operator of ["StringLike", "ForAnyValue:StringLike"]) {
      expect(when({ [operator]: { [key]: closed } })).toEqual([]);
      expect(when({ [operator]: { [key]: open } })).toHaveLength(1);
      // One open value in the list is enough for everyone.
      expect(when({ [operator]: { [key]: [closed, open] } })).toHaveLength(1);
    }
  });

  test.each<[range: string, open: string]>([
    ["203.0.113.0/24", "0.0.0.0/0"],
    ["198.51.100.7", "0.0.0.0/1"],
    ["2001:db8::/32", "::/0"],
  ])("from the addresses %s is closed, from %s is open", (range, open) => {
    expect(when({ IpAddress: { "aws:SourceIp": range } })).toEqual([]);
    expect(when({ IpAddress: { "aws:SourceIp": open } })).toHaveLength(1);
    expect(when({ NotIpAddress: { "aws:SourceIp": range } })).toHaveLength(1);
  });

  test.each([
    "StringEqualsIfExists",
    "ForAllValues:StringEquals",
    "ForAnyValue:StringEqualsIfExists",
    "StringNotEquals",
    "StringNotLike",
    "ArnNotEquals",
    "Null",
  ])("%s restricts nothing", (operator) => {
    expect(when({ [operator]: { "aws:PrincipalAccount": account } })).toHaveLength(1);
  });

  test.each([
    ["only the encryption of the connection", { Bool: { "aws:SecureTransport": "true" } }],
    ["only that a service calls", { Bool: { "aws:PrincipalIsAWSService": "true" } }],
    ["the service, but not for whom", { StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } }],
    ["what the caller sends", { StringEquals: { "aws:UserAgent": "secret" } }],
    ["nothing", {}],
  ])("is open when a condition names %s", (_, condition) => {
    expect(when(condition)).toHaveLength(1);
  });

  test("a key in other letters is the same key", () => {
    expect(when({ StringEquals: { "AWS:principalorgid": "o-a1b2c3" } })).toEqual([]);
  });

  test("NotPrincipal, NotAction and NotResource are refused with Allow, and pass with Deny", () => {
    const { Principal: _, Action: __, Resource: ___, ...rest } = everyone;
    const listed = { Principal: { AWS: account }, Action: "s3:GetObject", Resource: "*" };
    for (const name of ["Principal", "Action", "Resource"] as const) {
      const { [name]: value, ...others } = listed;
      const statement = { ...rest, ...others, [`Not${name}`]: value };
      expect(of({ Principal: { AWS: account }, ...statement }).length).toBeGreaterThan(0);
      expect(of({ ...statement, Effect: "Deny" })).toEqual([]);
    }
  });
});

describe("a service", () => {
  test.each<[key: string, closed: string, open: string]>([
    ["aws:SourceAccount", account, "*"],
    ["aws:SourceArn", `arn:aws:personalize:eu-west-1:${account}:*`, "arn:aws:personalize:*"],
    ["aws:SourceOrgID", "o-a1b2c3", "*"],
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

describe("a trust policy", () => {
  const provider = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
  const trust = (Principal: object, Condition: object = {}, Action = "sts:AssumeRole") =>
    of({ Effect: "Allow", Principal, Action, Condition }, "iam/Role", "assumeRolePolicy");
  const federated = (Condition: object) => trust({ Federated: provider }, Condition, "sts:AssumeRoleWithWebIdentity");
  const sub = "token.actions.githubusercontent.com:sub";

  test.each([
    ["no subject", { StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } }],
    ["every subject", { StringLike: { [sub]: "*" } }],
    ["every repository", { StringLike: { [sub]: "repo:*" } }],
    ["every repository of an owner", { StringLike: { [sub]: "repo:pets/*" } }],
    ["every branch and pull request", { StringLike: { [sub]: "repo:pets/recommender:*" } }],
    ["a subject, if there is one", { StringEqualsIfExists: { [sub]: "repo:pets/recommender:environment:prod" } }],
    ["all subjects but one", { StringNotEquals: { [sub]: "repo:pets/recommender:pull_request" } }],
  ])("of a provider with %s is refused", (_, condition) => {
    expect(federated(condition)).toEqual([
      `assumeRolePolicy: a statement allows every identity of ${provider} (no condition on its subject). ${remedy}`,
    ]);
  });

  test("of a provider with one subject passes", () => {
    expect(federated({ StringEquals: { [sub]: "repo:pets/recommender:environment:prod" } })).toEqual([]);
  });

  test("for everyone is refused, also with an external id, which is no secret", () => {
    expect(trust({ AWS: "*" }, { StringEquals: { "sts:ExternalId": "pets" } })).toHaveLength(1);
  });

  test.each([`arn:aws:iam::${account}:root`, account])("for a whole account (%s) needs a condition", (AWS) => {
    expect(trust({ AWS })).toEqual([
      `assumeRolePolicy: a statement lets every caller of the account ${AWS} assume the role. ${remedy}`,
    ]);
    expect(trust({ AWS }, { StringEquals: { "sts:ExternalId": "pets" } })).toEqual([]);
    expect(trust({ AWS }, { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/deploy` } })).toEqual([]);
    expect(trust({ AWS: `arn:aws:iam::${account}:role/deploy` })).toEqual([]);
  });

  test("a key leaves the decision to the account's own policies", () => {
    const root = {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: "kms:*",
      Resource: "*",
    };
    expect(of(root, "kms/Key")).toEqual([]);
  });
});

describe("resources that add a statement to a policy", () => {
  const permission = (props: object) =>
    judge(closedResources, "lambda/Permission", { action: "lambda:InvokeFunction", ...props });

  test.each([
    ["a service for anyone", { principal: "s3.amazonaws.com" }],
    ["a service for every bucket", { principal: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::*" }],
    ["everyone", { principal: "*" }],
    ["everyone through a public URL", { principal: "*", functionUrlAuthType: "NONE" }],
    ["every organisation", { principal: "*", principalOrgId: "o-*" }],
  ])("a function's permission for %s is refused", (_, props) => {
    expect(permission(props)).toHaveLength(1);
  });

  test.each([
    ["a service for one bucket", { principal: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::pets" }],
    ["a service for one account", { principal: "s3.amazonaws.com", sourceAccount: account }],
    ["an account", { principal: account }],
    ["an organisation", { principal: "*", principalOrgId: "o-a1b2c3" }],
    ["a skill", { principal: "alexa-appkit.amazonaws.com", eventSourceToken: "amzn1.ask.skill.1" }],
  ])("a function's permission for %s passes", (_, props) => {
    expect(permission(props)).toEqual([]);
  });

  test.each([
    ["a layer", "lambda/LayerVersionPermission", { principal: "*" }, { principal: account }],
    [
      "a layer for an organisation",
      "lambda/LayerVersionPermission",
      { principal: "*", organizationId: "o-*" },
      { principal: "*", organizationId: "o-a1b2c3" },
    ],
    ["an event bus", "cloudwatch/EventPermission", { principal: "*" }, { principal: account }],
    [
      "an event bus for an organisation",
      "cloudwatch/EventPermission",
      { principal: "*", condition: { type: "StringLike", key: "aws:PrincipalOrgID", value: "*" } },
      { principal: "*", condition: { type: "StringEquals", key: "aws:PrincipalOrgID", value: "o-a1b2c3" } },
    ],
    [
      "an endpoint service",
      "ec2/VpcEndpointServiceAllowedPrinciple",
      { principalArn: "*" },
      { principalArn: `arn:aws:iam::${account}:root` },
    ],
  ])("%s is open to everyone or closed", (_, type, open, closed) => {
    expect(judge(closedResources, type, open)).toHaveLength(1);
    expect(judge(closedResources, type, closed)).toEqual([]);
  });
});
