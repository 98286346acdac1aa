import * as sdk from "@pulumi/policy/proxy.js";
import { describe, expect, test } from "vitest";
import { closedResources, closedSettings, leastPrivilege, noUsers } from "../../policy/access/rules.ts";
import { judge, policy } from "./judge.ts";

const block = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const rule = { protocol: "tcp", fromPort: 443, toPort: 443 };
const behaviour = { viewerProtocolPolicy: "https-only", targetOriginId: "pets" };

/** Each open resource is refused, its closed neighbour passes. */
const neighbours: readonly [what: string, type: string, open: object, closed: object][] = [
  ["a bucket with a public list of rights", "s3/BucketAcl", { acl: "public-read" }, { acl: "private" }],
  ["a bucket for every AWS user", "s3/Bucket", { acl: "authenticated-read" }, {}],
  ["a public object", "s3/BucketObjectv2", { acl: "public-read" }, { acl: "bucket-owner-full-control" }],
  [
    "a bucket with rights for everyone",
    "s3/BucketAcl",
    { accessControlPolicy: { grants: [{ grantee: { uri: "http://acs.amazonaws.com/groups/global/AllUsers" } }] } },
    { accessControlPolicy: { grants: [{ grantee: { uri: "http://acs.amazonaws.com/groups/s3/LogDelivery" } }] } },
  ],
  ["a website", "s3/BucketWebsiteConfiguration", {}, {}],
  [
    "an access point",
    "s3/AccessPoint",
    { publicAccessBlockConfiguration: { ...block, blockPublicPolicy: false } },
    { publicAccessBlockConfiguration: block },
  ],
  ["a function's URL", "lambda/FunctionUrl", { authorizationType: "NONE" }, { authorizationType: "AWS_IAM" }],
  [
    "an API's method",
    "apigateway/Method",
    { httpMethod: "GET", authorization: "NONE" },
    { httpMethod: "GET", authorization: "AWS_IAM" },
  ],
  [
    "an API's method with a key, which authenticates no one",
    "apigateway/Method",
    { authorization: "NONE", apiKeyRequired: true },
    { httpMethod: "OPTIONS", authorization: "NONE" },
  ],
  ["an API's route", "apigatewayv2/Route", { routeKey: "GET /" }, { routeKey: "GET /", authorizationType: "JWT" }],
  ["a GraphQL API", "appsync/GraphQLApi", { authenticationType: "API_KEY" }, { authenticationType: "AWS_IAM" }],
  [
    "a pool of anonymous identities",
    "cognito/IdentityPool",
    { allowUnauthenticatedIdentities: true },
    { allowUnauthenticatedIdentities: false },
  ],
  [
    "a security group",
    "ec2/SecurityGroup",
    { ingress: [{ ...rule, cidrBlocks: ["10.0.0.0/16", "0.0.0.0/0"] }] },
    { ingress: [{ ...rule, cidrBlocks: ["10.0.0.0/16"] }], egress: [{ ...rule, cidrBlocks: ["0.0.0.0/0"] }] },
  ],
  [
    "a security group for IPv6",
    "ec2/SecurityGroup",
    { ingress: [{ ...rule, ipv6CidrBlocks: ["::/0"] }] },
    { ingress: [{ ...rule, ipv6CidrBlocks: ["2001:db8::/32"] }] },
  ],
  [
    "half of the internet",
    "ec2/SecurityGroup",
    { ingress: [{ ...rule, cidrBlocks: ["128.0.0.0/1"] }] },
    { ingress: [{ ...rule, securityGroups: ["sg-1"] }] },
  ],
  [
    "a rule of a security group",
    "ec2/SecurityGroupRule",
    { type: "ingress", cidrBlocks: ["0.0.0.0/0"] },
    { type: "egress", cidrBlocks: ["0.0.0.0/0"] },
  ],
  ["a rule that is a resource", "vpc/SecurityGroupIngressRule", { cidrIpv4: "0.0.0.0/0" }, { cidrIpv4: "10.0.0.0/8" }],
  ["a database", "rds/Instance", { publiclyAccessible: true }, { publiclyAccessible: false }],
  ["a machine", "ec2/Instance", { associatePublicIpAddress: true }, { associatePublicIpAddress: false }],
  [
    "a template of machines",
    "ec2/LaunchTemplate",
    { networkInterfaces: [{ associatePublicIpAddress: true }] },
    { networkInterfaces: [{}] },
  ],
  [
    "a container",
    "ecs/Service",
    { networkConfiguration: { assignPublicIp: true } },
    { networkConfiguration: { assignPublicIp: false } },
  ],
  ["a load balancer", "lb/LoadBalancer", {}, { internal: true }],
  [
    "a distribution",
    "cloudfront/Distribution",
    { defaultCacheBehavior: behaviour },
    { defaultCacheBehavior: { ...behaviour, trustedKeyGroups: ["group"] } },
  ],
  [
    "one behaviour of a distribution",
    "cloudfront/Distribution",
    { orderedCacheBehaviors: [{ ...behaviour, trustedKeyGroups: [] }] },
    { orderedCacheBehaviors: [{ ...behaviour, trustedKeyGroups: ["group"] }] },
  ],
  ["a database's snapshot", "rds/Snapshot", { sharedAccounts: ["all"] }, { sharedAccounts: [] }],
  ["a document", "ssm/Document", { permissions: { type: "Share", accountIds: "All" } }, {}],
  ["an image of a machine", "ec2/AmiLaunchPermission", { group: "all" }, {}],
  ["a disk's snapshot", "ec2/SnapshotCreateVolumePermission", { accountId: "1" }, {}],
  [
    "images of machines in general",
    "ec2/ImageBlockPublicAccess",
    { state: "unblocked" },
    { state: "block-new-sharing" },
  ],
  [
    "a share for other accounts",
    "ram/ResourceShare",
    { allowExternalPrincipals: true },
    { allowExternalPrincipals: false },
  ],
  ["a public repository of images", "ecrpublic/Repository", {}, {}],
];
/** Kinds that exist only to open something: a neighbour of another kind passes. */
const isOpeningKind = (type: string) =>
  /BucketWebsiteConfiguration|AmiLaunchPermission|SnapshotCreateVolumePermission|ecrpublic/.test(type);

test.each(neighbours)("%s is open or closed", (_, type, open, closed) => {
  expect(judge(closedSettings, type, open).length).toBeGreaterThan(0);
  if (!isOpeningKind(type)) expect(judge(closedSettings, type, closed)).toEqual([]);
});

describe.each(["s3/BucketPublicAccessBlock", "s3/AccountPublicAccessBlock"])("%s", (type) => {
  test("passes with all four settings", () => {
    expect(judge(closedSettings, type, block)).toEqual([]);
  });

  test.each(Object.keys(block))("is refused when %s is false or missing", (name) => {
    expect(judge(closedSettings, type, { ...block, [name]: false })).toEqual([
      `${name}: false allows public access. Nothing in this stack is public: other teams invoke the functions with IAM.`,
    ]);
    const { [name]: _, ...others } = block as Record<string, boolean>;
    expect(judge(closedSettings, type, others)).toEqual([
      `${name}: is not set, which is open. Nothing in this stack is public: other teams invoke the functions with IAM.`,
    ]);
  });
});

test.each([
  "iam/User",
  "iam/AccessKey",
  "iam/UserLoginProfile",
  "iam/UserGroupMembership",
  "iam/GroupMembership",
  "iam/ServiceSpecificCredential",
])("%s is refused: a stack has roles only", (type) => {
  expect(judge(noUsers, type, {})).toHaveLength(1);
  expect(judge(noUsers, "iam/Role", {})).toEqual([]);
});

describe("what is not known before the deployment", () => {
  /** The SDK keeps their types to itself. */
  const { unknownCheckingProxy, unknownStringValue: unknown } = sdk as unknown as {
    unknownCheckingProxy(props: object): object;
    unknownStringValue: string;
  };
  /** The inputs as the policy SDK shows them in a preview. */
  const preview = (props: object) => unknownCheckingProxy(props);

  test.each([
    ["the text of a policy", leastPrivilege, "iam/RolePolicy", { policy: unknown }, "policy"],
    ["a trust policy", closedResources, "iam/Role", { assumeRolePolicy: unknown }, "assumeRolePolicy"],
    ["a setting", closedSettings, "rds/Instance", { publiclyAccessible: unknown }, "publiclyAccessible"],
    [
      "a source",
      closedResources,
      "lambda/Permission",
      { principal: "s3.amazonaws.com", sourceArn: unknown },
      "sourceArn",
    ],
  ])("%s is said, not passed over", (_, rule, type, props, name) => {
    expect(() => judge(rule, type, preview(props))).toThrow(`string value at .${name} can't be known during preview`);
  });

  test("a value that is open is refused although another one is not known", () => {
    const wide = policy({ Effect: "Allow", Action: "s3:*", Resource: "*" });
    const found: string[] = [];
    const props = preview({ assumeRolePolicy: unknown, inlinePolicies: [{ policy: wide }] });
    const args = { type: "aws:iam/role:Role", props } as never;
    const check = leastPrivilege.validateResource as (args: never, report: (message: string) => void) => void;
    expect(() => check(args, (message) => found.push(message))).toThrow("can't be known during preview");
    expect(found).toHaveLength(1);
  });

  test("other unknown values are none of these rules' business", () => {
    const tags = preview({ tags: { Owner: unknown }, arn: unknown });
    for (const rule of [leastPrivilege, closedResources, closedSettings]) {
      expect(judge(rule, "iam/Role", tags)).toEqual([]);
    }
  });
});
