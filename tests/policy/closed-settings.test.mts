import * as sdk from "@pulumi/policy/proxy.js";
import { describe, expect, test } from "vitest";
import { closedResources, closedSettings, leastPrivilege, noUsers } from "../../policy/access/rules.ts";
import { judge, policy } from "./judge.ts";

const block = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const rule = { protocol: "tcp", fromPort: 443, toPort: 443 };
const behaviour = { viewerProtocolPolicy: "https-only", targetOriginId: "pets" };

/** Each open resource is refused, its closed neighbour passes. */
const neighbours: readonly [what: string, type: string, open: object, closed: object][] = [
  ["a bucket with a public list of rights", "aws:s3/bucketAcl:BucketAcl", { acl: "public-read" }, { acl: "private" }],
  ["a bucket for every AWS user", "aws:s3/bucket:Bucket", { acl: "authenticated-read" }, {}],
  [
    "a public object",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    { acl: "public-read" },
    { acl: "bucket-owner-full-control" },
  ],
  [
    "a bucket with rights for everyone",
    "aws:s3/bucketAcl:BucketAcl",
    { accessControlPolicy: { grants: [{ grantee: { uri: "http://acs.amazonaws.com/groups/global/AllUsers" } }] } },
    { accessControlPolicy: { grants: [{ grantee: { uri: "http://acs.amazonaws.com/groups/s3/LogDelivery" } }] } },
  ],
  ["a website", "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", {}, {}],
  [
    "an access point",
    "aws:s3/accessPoint:AccessPoint",
    { publicAccessBlockConfiguration: { ...block, blockPublicPolicy: false } },
    { publicAccessBlockConfiguration: block },
  ],
  [
    "a function's URL",
    "aws:lambda/functionUrl:FunctionUrl",
    { authorizationType: "NONE" },
    { authorizationType: "AWS_IAM" },
  ],
  [
    "an API's method",
    "aws:apigateway/method:Method",
    { httpMethod: "GET", authorization: "NONE" },
    { httpMethod: "GET", authorization: "AWS_IAM" },
  ],
  [
    "an API's method with a key, which authenticates no one",
    "aws:apigateway/method:Method",
    { authorization: "NONE", apiKeyRequired: true },
    { httpMethod: "OPTIONS", authorization: "NONE" },
  ],
  [
    "an API's route",
    "aws:apigatewayv2/route:Route",
    { routeKey: "GET /" },
    { routeKey: "GET /", authorizationType: "JWT" },
  ],
  [
    "a GraphQL API",
    "aws:appsync/graphQLApi:GraphQLApi",
    { authenticationType: "API_KEY" },
    { authenticationType: "AWS_IAM" },
  ],
  [
    "a pool of anonymous identities",
    "aws:cognito/identityPool:IdentityPool",
    { allowUnauthenticatedIdentities: true },
    { allowUnauthenticatedIdentities: false },
  ],
  [
    "a security group",
    "aws:ec2/securityGroup:SecurityGroup",
    { ingress: [{ ...rule, cidrBlocks: ["10.0.0.0/16", "0.0.0.0/0"] }] },
    { ingress: [{ ...rule, cidrBlocks: ["10.0.0.0/16"] }], egress: [{ ...rule, cidrBlocks: ["0.0.0.0/0"] }] },
  ],
  [
    "a security group for IPv6",
    "aws:ec2/securityGroup:SecurityGroup",
    { ingress: [{ ...rule, ipv6CidrBlocks: ["::/0"] }] },
    { ingress: [{ ...rule, ipv6CidrBlocks: ["2001:db8::/32"] }] },
  ],
  [
    "half of the internet",
    "aws:ec2/securityGroup:SecurityGroup",
    { ingress: [{ ...rule, cidrBlocks: ["128.0.0.0/1"] }] },
    { ingress: [{ ...rule, securityGroups: ["sg-1"] }] },
  ],
  [
    "a rule of a security group",
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    { type: "ingress", cidrBlocks: ["0.0.0.0/0"] },
    { type: "egress", cidrBlocks: ["0.0.0.0/0"] },
  ],
  [
    "a rule that is a resource",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    { cidrIpv4: "0.0.0.0/0" },
    { cidrIpv4: "10.0.0.0/8" },
  ],
  ["a database", "aws:rds/instance:Instance", { publiclyAccessible: true }, { publiclyAccessible: false }],
  ["a machine", "aws:ec2/instance:Instance", { associatePublicIpAddress: true }, { associatePublicIpAddress: false }],
  [
    "a template of machines",
    "aws:ec2/launchTemplate:LaunchTemplate",
    { networkInterfaces: [{ associatePublicIpAddress: true }] },
    { networkInterfaces: [{}] },
  ],
  [
    "a container",
    "aws:ecs/service:Service",
    { networkConfiguration: { assignPublicIp: true } },
    { networkConfiguration: { assignPublicIp: false } },
  ],
  ["a load balancer", "aws:lb/loadBalancer:LoadBalancer", {}, { internal: true }],
  [
    "a distribution",
    "aws:cloudfront/distribution:Distribution",
    { defaultCacheBehavior: behaviour },
    { defaultCacheBehavior: { ...behaviour, trustedKeyGroups: ["group"] } },
  ],
  [
    "one behaviour of a distribution",
    "aws:cloudfront/distribution:Distribution",
    { orderedCacheBehaviors: [{ ...behaviour, trustedKeyGroups: [] }] },
    { orderedCacheBehaviors: [{ ...behaviour, trustedKeyGroups: ["group"] }] },
  ],
  ["a database's snapshot", "aws:rds/snapshot:Snapshot", { sharedAccounts: ["all"] }, { sharedAccounts: [] }],
  ["a document", "aws:ssm/document:Document", { permissions: { type: "Share", accountIds: "All" } }, {}],
  ["an image of a machine", "aws:ec2/amiLaunchPermission:AmiLaunchPermission", { group: "all" }, {}],
  [
    "a disk's snapshot",
    "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission",
    { accountId: "1" },
    {},
  ],
  [
    "images of machines in general",
    "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess",
    { state: "unblocked" },
    { state: "block-new-sharing" },
  ],
  [
    "a share for other accounts",
    "aws:ram/resourceShare:ResourceShare",
    { allowExternalPrincipals: true },
    { allowExternalPrincipals: false },
  ],
  ["a public repository of images", "aws:ecrpublic/repository:Repository", {}, {}],
];
/** Kinds that exist only to open something: a neighbour of another kind passes. */
const isOpeningKind = (type: string) =>
  /BucketWebsiteConfiguration|AmiLaunchPermission|SnapshotCreateVolumePermission|ecrpublic/.test(type);

test.each(neighbours)("%s is open or closed", (_, type, open, closed) => {
  expect(judge(closedSettings, type, open).length).toBeGreaterThan(0);
  if (!isOpeningKind(type)) expect(judge(closedSettings, type, closed)).toEqual([]);
});

describe.each([
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
])("%s", (type) => {
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
  "aws:iam/user:User",
  "aws:iam/accessKey:AccessKey",
  "aws:iam/userLoginProfile:UserLoginProfile",
  "aws:iam/userGroupMembership:UserGroupMembership",
  "aws:iam/groupMembership:GroupMembership",
  "aws:iam/serviceSpecificCredential:ServiceSpecificCredential",
])("%s is refused: a stack has roles only", (type) => {
  expect(judge(noUsers, type, {})).toHaveLength(1);
  expect(judge(noUsers, "aws:iam/role:Role", {})).toEqual([]);
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
    ["the text of a policy", leastPrivilege, "aws:iam/rolePolicy:RolePolicy", { policy: unknown }, "policy"],
    ["a trust policy", closedResources, "aws:iam/role:Role", { assumeRolePolicy: unknown }, "assumeRolePolicy"],
    ["a setting", closedSettings, "aws:rds/instance:Instance", { publiclyAccessible: unknown }, "publiclyAccessible"],
    [
      "a source",
      closedResources,
      "aws:lambda/permission:Permission",
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
      expect(judge(rule, "aws:iam/role:Role", tags)).toEqual([]);
    }
  });
});
