// With `batchRecommendations`, a promotion writes a list for every visitor to S3.
import { S3 } from "@aws-sdk/client-s3";
import { SFN } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { type DeployedStack, deploySmallStack } from "../support/deployed-stack.ts";
import { runWithoutPermission } from "../support/role-policy.ts";

let deployed: DeployedStack;
let s3: S3;
let Bucket: string;
beforeAll(async () => {
  deployed = await deploySmallStack("lists", {
    batchRecommendations: "true",
    promotionThreshold: "0",
    allowedMetricDrop: "1",
  });
  s3 = new S3({ ...sdk(deployed.account), forcePathStyle: true });
  Bucket = deployed.outputs.dataBucketName;
}, 240_000);
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

test("a failed job leaves the promotion and is recorded with its reason", { timeout: 120_000 }, async () => {
  await runWithoutPermission(deployed.account, "recommender-lists-personalize-batch", "s3:PutObject", promote);
  const [key = ""] = (await keysBelow("batch/")).filter((each) => each.endsWith("failure.json"));
  expect(JSON.parse(await read(key)).reason).toMatch(
    /^export: Insufficient privileges for accessing data in Amazon S3/,
  );
});

test("each visitor of the interactions has a list, made with the promoted version", { timeout: 120_000 }, async () => {
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
  const { code, out } = await deployed.command("forget", "--json", "--user", user ?? "");
  // The visitor was in the imported file as well, which the command cannot change.
  expect(code).toBe(1);
  // Two exports, and of the second run the users and the lists.
  expect(JSON.parse(out).data).toMatchObject({ listFiles: 3 });
  const texts = await readAll();
  expect(texts).not.toMatch(new RegExp(`\\b${user}\\b`));
  expect(texts).toMatch(new RegExp(`\\b${other}\\b`));
});
