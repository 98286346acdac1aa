import * as sdk from "@pulumi/policy/proxy.js";
import { describe, expect, test } from "vitest";
import { closedResources, closedSettings, leastPrivilege } from "../../policy/access/rules.ts";
import { judge, policy } from "./judge.ts";

const block = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const rule = { protocol: "tcp", fromPort: 443, toPort: 443 };
const groups = "http://acs.amazonaws.com/groups";

/** Each open resource is refused, its closed neighbour passes. */
const neighbours: readonly [what: string, type: string, open: object, closed: object][] = [
  ["a bucket with a public list of rights", "s3/BucketAcl", { acl: "public-read" }, { acl: "private" }],
  ["a bucket for every AWS user", "s3/Bucket", { acl: "authenticated-read" }, {}],
  [
    "a bucket with rights for everyone",
    "s3/BucketAcl",
    { accessControlPolicy: { grants: [{ grantee: { uri: `${groups}/global/AllUsers` } }] } },
    { accessControlPolicy: { grants: [{ grantee: { uri: `${groups}/s3/LogDelivery` } }] } },
  ],
  ["a function's URL", "lambda/FunctionUrl", { authorizationType: "NONE" }, { authorizationType: "AWS_IAM" }],
  [
    "a security group",
    "ec2/SecurityGroup",
    { ingress: [{ ...rule, cidrBlocks: ["10.0.0.0/16", "0.0.0.0/0"] }] },
    { ingress: [{ ...rule, cidrBlocks: ["10.0.0.0/16"] }], egress: [{ ...rule, cidrBlocks: ["0.0.0.0/0"] }] },
  ],
  [
    "half of the internet",
    "ec2/SecurityGroup",
    { ingress: [{ ...rule, cidrBlocks: ["128.0.0.0/1"] }] },
    { ingress: [{ ...rule, securityGroups: ["sg-1"] }] },
  ],
  ["a rule that is a resource", "vpc/SecurityGroupIngressRule", { cidrIpv6: "::/0" }, { cidrIpv4: "10.0.0.0/8" }],
];

test.each(neighbours)("%s is open or closed", (_, type, open, closed) => {
  expect(judge(closedSettings, type, open).length).toBeGreaterThan(0);
  expect(judge(closedSettings, type, closed)).toEqual([]);
});

test("a website is refused", () => {
  expect(judge(closedSettings, "s3/BucketWebsiteConfiguration", {})).toHaveLength(1);
});

describe("a bucket's access block", () => {
  test.each(Object.keys(block))("is refused when %s is false or missing", (name) => {
    const of = (props: object) => judge(closedSettings, "s3/BucketPublicAccessBlock", props);
    expect(of(block)).toEqual([]);
    expect(of({ ...block, [name]: false })).toEqual([
      `${name}: false allows public access. Nothing in this stack is public: other teams invoke the functions with IAM.`,
    ]);
    const { [name]: _, ...others } = block as Record<string, boolean>;
    expect(of(others)).toEqual([expect.stringContaining(`${name}: is not set, which is open`)]);
  });
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
    ["a setting", closedSettings, "lambda/FunctionUrl", { authorizationType: unknown }, "authorizationType"],
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
});
