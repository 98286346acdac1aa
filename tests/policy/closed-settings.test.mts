import { describe, expect, test } from "vitest";
import { closedResources, closedSettings, leastPrivilege } from "../../policy/access/rules.ts";
import { judgedLater } from "../../policy/later.ts";
import { judge, policy, preview, unknown } from "./judge.ts";

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
  const wide = { Effect: "Allow", Action: "s3:*", Resource: "*" };
  /** What the pack says at the end of the preview. */
  const report = async () => {
    const found: string[] = [];
    await judgedLater.validateStack({} as never, (message) => found.push(message));
    return found;
  };

  test("is reported once, not for each value", async () => {
    // Other tests of this process judged resources, too.
    await report();
    judge(leastPrivilege, "iam/RolePolicy", preview({ policy: unknown }));
    expect(await report()).toEqual([expect.stringContaining("does not know yet: judged: policy.")]);
    judge(leastPrivilege, "iam/RolePolicy", preview({ policy: { Statement: [{ Effect: "Allow", Action: unknown }] } }));
    judge(closedResources, "iam/Role", preview({ assumeRolePolicy: unknown }));
    judge(closedSettings, "lambda/FunctionUrl", preview({ authorizationType: unknown }));
    expect(await report()).toEqual([
      expect.stringContaining("3 policies and settings, such as judged: policy.Statement"),
    ]);
    expect(await report()).toEqual([]);
  });

  test.each<[string, object]>([
    ["another input", { assumeRolePolicy: unknown, inlinePolicies: [{ policy: policy(wide) }] }],
    ["a resource of the document", { inlinePolicies: [{ policy: { Statement: [{ ...wide, Resource: unknown }] } }] }],
    ["another statement", { policy: { Statement: [unknown, wide] } }],
    [
      "another resource",
      { policy: { Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: [unknown, "*"] } } },
    ],
  ])("does not hide what is open when it is %s", (_, props) => {
    expect(judge(leastPrivilege, "iam/Role", preview(props))).toHaveLength(1);
  });

  test("is not taken for open", () => {
    const statement = (Principal: unknown, Condition: unknown) => ({
      policy: { Statement: { Effect: "Allow", Principal, Action: "s3:GetObject", Resource: unknown, Condition } },
    });
    for (const condition of [unknown, { StringEquals: unknown }, { StringEquals: { "aws:SourceAccount": unknown } }])
      expect(judge(closedResources, "s3/BucketPolicy", preview(statement("*", condition)))).toEqual([]);
    expect(judge(closedResources, "s3/BucketPolicy", preview(statement(unknown, {})))).toEqual([]);
    const oneOpen = { StringEquals: { "aws:SourceAccount": [unknown, "*"] } };
    expect(judge(closedResources, "s3/BucketPolicy", preview(statement("*", oneOpen)))).toHaveLength(1);
    expect(
      judge(closedSettings, "s3/BucketPublicAccessBlock", preview({ ...block, ignorePublicAcls: unknown })),
    ).toEqual([]);
  });
});
