// With `batchRecommendations`, a promotion writes a list for every visitor to S3.
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { SFN } from "@aws-sdk/client-sfn";
import { SNS } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, expect, test } from "vitest";
import { physicalName } from "../../components/support/names.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { type DeployedStack, deploySmallStack, startQuickAccount } from "../support/deployed-stack.ts";
import { runWithoutPermission } from "../support/role-policy.ts";

/** So long that the names of the jobs, which end in a time, have to be shortened: they have at most 63 characters. */
const stack = "lists-for-mailings-of-a-large-pet-site-x";

const place = { account: "000000000000", region: "eu-west-1" };
let deployed: DeployedStack;
let s3: S3;
let Bucket: string;
beforeAll(async () => {
  deployed = await deploySmallStack(await startQuickAccount(), stack, {
    batchRecommendations: "true",
    promotionThreshold: "0",
    allowedMetricDrop: "1",
    notificationEmails: '["pets@example.org"]',
  });
  s3 = new S3({ ...sdk(deployed.account), forcePathStyle: true });
  Bucket = deployed.outputs.dataBucketName;
  const [asked] = deployed.account.sns.outbox(place);
  const sns = new SNS(sdk(deployed.account));
  await sns.confirmSubscription({ TopicArn: asked?.topicArn, Token: asked?.confirmation?.token });
});
afterAll(() => deployed.close());

const read = async (Key: string) => (await (await s3.getObject({ Bucket, Key })).Body?.transformToString()) ?? "";
const keysBelow = async (Prefix: string) =>
  ((await s3.listObjectsV2({ Bucket, Prefix })).Contents ?? []).map(({ Key = "" }) => Key);

/** Retrains the recommendation model; the gate promotes every version. */
async function promote(): Promise<void> {
  const sfn = new SFN(sdk(deployed.account));
  const stateMachineArn = deployed.outputs.retrainingStateMachineArn;
  const input = JSON.stringify({ force: true, models: ["recommendation"] });
  const { executionArn } = await sfn.startExecution({ stateMachineArn, input });
  const { status, output = "[]" } = await eventually(async () => {
    const seen = await sfn.describeExecution({ executionArn });
    return seen.status === "RUNNING" ? undefined : seen;
  }, "the execution is still running");
  expect([status, JSON.parse(output)[0]?.outcome]).toEqual(["SUCCEEDED", "promoted"]);
}

test("a failed job leaves the promotion and is recorded with its reason", async () => {
  await runWithoutPermission(
    deployed.account,
    physicalName("recommender", stack, "personalize-batch"),
    "s3:PutObject",
    promote,
  );
  const [key = ""] = (await keysBelow("batch/")).filter((each) => each.endsWith("failure.json"));
  expect(JSON.parse(await read(key)).reason).toMatch(
    /^export: Insufficient privileges for accessing data in Amazon S3/,
  );
});

/** The reason of the last failure, as the topic published it and as S3 has it. */
async function readLastFailure(): Promise<{ published: string; recorded: string }> {
  const keys = (await keysBelow("batch/")).filter((each) => each.endsWith("failure.json")).sort();
  const mails = deployed.account.sns.outbox(place).filter(({ subject }) => subject.includes("lists failed"));
  return { published: mails.at(-1)?.body ?? "", recorded: JSON.parse(await read(keys.at(-1) ?? "")).reason };
}

// The group and the bucket have the stack's key. Guide, "Giving Amazon Personalize permission to use your AWS KMS key": the
// job's role, the service, and for an export also the caller.
test.each([
  ["personalize-batch", "kms:Decrypt"],
  ["personalize-batch", "kms:GenerateDataKey"],
  ["personalize-batch", "kms:GenerateDataKeyWithoutPlaintext"],
  ["personalize-batch", "kms:DescribeKey"],
  ["personalize-batch", "kms:ListGrants"],
  ["retraining", "kms:GenerateDataKeyWithoutPlaintext"],
])("without the right of %s to %s no list is written, and the message names it", async (role, action) => {
  const before = (await keysBelow("batch/")).filter((key) => key.endsWith(".out")).length;
  await runWithoutPermission(deployed.account, physicalName("recommender", stack, role), action, promote);
  const { published, recorded } = await readLastFailure();
  expect(recorded).toMatch(new RegExp(`^export: .*${action}\\b`));
  expect(published).toContain(recorded);
  expect((await keysBelow("batch/")).filter((key) => key.endsWith(".out"))).toHaveLength(before);
});

test("without the service's right by the key's policy no list is written, and the message names it", async () => {
  const kms = new KMS(sdk(deployed.account));
  const { TargetKeyId: KeyId } =
    (await kms.listAliases({})).Aliases?.find(
      ({ AliasName }) => AliasName === `alias/${physicalName("recommender", stack, "key")}`,
    ) ?? {};
  const { Policy = "" } = await kms.getKeyPolicy({ KeyId });
  const action = "kms:GenerateDataKeyWithoutPlaintext";
  await kms.putKeyPolicy({ KeyId, Policy: Policy.replace(`"${action}",`, "") });
  try {
    await promote();
  } finally {
    await kms.putKeyPolicy({ KeyId, Policy });
  }
  expect((await readLastFailure()).published).toContain(
    `personalize.amazonaws.com is not authorized to perform: ${action}`,
  );
});

test("each visitor of the interactions has a list, made with the promoted version", async () => {
  await promote();
  const { lists, users, version } = JSON.parse(await read("batch/latest.json"));
  expect(version).toMatch(/^arn:aws:personalize:/);
  expect(users).toBe(300);
  const folder = String(lists).replace(`s3://${Bucket}/`, "");
  const [file = ""] = await keysBelow(folder);
  const lines = (await read(file)).trim().split("\n");
  expect(lines).toHaveLength(300);
  for (const line of lines) {
    const { input, output, error } = JSON.parse(line);
    expect([typeof input.userId, output.recommendedItems.length, error]).toEqual(["string", 25, null]);
  }
});

test("`forget` removes a visitor from the lists and from what they were made from, and no other", async () => {
  const readAll = async () => (await Promise.all((await keysBelow("batch/")).map(read))).join("\n");
  const [user, other] = [...(await readAll()).matchAll(/"userId":"(\d+)"/g)].map(([, id = ""]) => id);
  const { code, out } = await deployed.command("forget", "--yes", "--json", "--user", user ?? "");
  // The visitor was in the imported file as well, which the command cannot change.
  expect(code).toBe(1);
  // The export, the users and the lists.
  expect(JSON.parse(out).data).toMatchObject({ listFiles: 3 });
  const texts = await readAll();
  expect(texts).not.toMatch(new RegExp(`\\b${user}\\b`));
  expect(texts).toMatch(new RegExp(`\\b${other}\\b`));
});

test("`rebuild` imports the rows again, without the visitor who was forgotten", async () => {
  const { code, out } = await deployed.command("rebuild", "--json", "--from", "archive", "--yes");
  expect(code).toBe(0);
  expect(JSON.parse(out).jobName.length).toBeLessThanOrEqual(63);
});
