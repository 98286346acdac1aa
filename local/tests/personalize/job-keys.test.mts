// The rights to a group's key: the role of an export, a batch job or a metric attribution needs
// some, the service needs them by the key's policy, and so does the caller of an export. Source:
// guide, "Giving Amazon Personalize permission to use your AWS KMS key".
import { KMS } from "@aws-sdk/client-kms";
import { Personalize } from "@aws-sdk/client-personalize";
import { describe, expect, test } from "vitest";
import { interactionFields, minute, writeViews } from "../../record/personalize/pets.ts";
import { sdk } from "../support/aws.ts";
import { createRole, sessionWith } from "../support/roles.ts";
import { keyPolicy, openStage } from "./stage.mts";

const service = "personalize.amazonaws.com";
const jobActions = ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:ListGrants"];
const exportActions = [...jobActions, "kms:GenerateDataKeyWithoutPlaintext"];
const keyActions = [...exportActions, "kms:CreateGrant"];

const on = await openStage();
const kms = new KMS(sdk(on.account));
const key = (await kms.createKey({ Policy: keyPolicy(keyActions) })).KeyMetadata?.Arn ?? "";
const roleArn = await createRole(on.account, "keys", service, [{ Action: keyActions, Resource: key }]);
const made = await on.personalize.createDatasetGroup({ name: "locked", roleArn, kmsKeyArn: key });
const groupArn = made.datasetGroupArn ?? "";
await on.account.clock.advance(minute);
const interactions = await on.dataset(groupArn, "Interactions", interactionFields);
await on.load(interactions, writeViews());
await on.put("users/users.json", '{"userId":"user-0"}');
const versionArn = (await on.version(await on.solution(groupArn, "aws-user-personalization-v2"))).arn;

/** A role of a job with these rights to the key, and all to the bucket. */
const createJobRole = (actions: readonly string[]) =>
  createRole(on.account, on.fresh("job"), service, [
    { Action: actions, Resource: key },
    { Action: ["s3:GetObject", "s3:ListBucket", "s3:PutObject"], Resource: ["arn:aws:s3:::*"] },
    { Action: "cloudwatch:PutMetricData", Resource: "*" },
  ]);

/** Run a job of a kind with this role, and return its end. */
const jobs: Readonly<Record<string, (roleArn: string, client?: Personalize) => Promise<Ended>>> = {
  export: async (roleArn, client = on.personalize) => (await on.exportRows(interactions, { roleArn }, client)).job,
  async "batch inference"(roleArn) {
    const batchInferenceJobArn = await on.beginBatch(versionArn, "users/users.json", { roleArn });
    await on.account.clock.advance(10 * minute);
    return (await on.personalize.describeBatchInferenceJob({ batchInferenceJobArn })).batchInferenceJob;
  },
  async "metric attribution"(roleArn) {
    const { metricAttributionArn } = await on.personalize.createMetricAttribution({
      name: on.fresh("attribution"),
      datasetGroupArn: groupArn,
      metrics: [{ eventType: "View", metricName: "views", expression: "SAMPLECOUNT()" }],
      metricsOutputConfig: { roleArn },
    });
    await on.account.clock.advance(minute);
    const { metricAttribution } = await on.personalize.describeMetricAttribution({ metricAttributionArn });
    // A group has one.
    await on.personalize.deleteMetricAttribution({ metricAttributionArn });
    await on.account.clock.advance(minute);
    return metricAttribution;
  },
};
type Ended = { readonly status?: string | undefined; readonly failureReason?: string | undefined } | undefined;

const needed = (kind: string) => (kind === "export" ? exportActions : jobActions);

describe.each(Object.keys(jobs))("%s: the role of the job", (kind) => {
  test("needs its rights to the key and no other", async () => {
    const role = await createJobRole(needed(kind));
    expect(await jobs[kind]?.(role)).toMatchObject({ status: "ACTIVE" });
  });

  test("fails the job without one of them, and the reason names it", async () => {
    const role = await createJobRole(needed(kind).filter((each) => each !== "kms:GenerateDataKey"));
    const ended = await jobs[kind]?.(role);
    expect(ended?.status).toBe("CREATE FAILED");
    expect(ended?.failureReason).toContain("Insufficient privileges for using the KMS key");
    expect(ended?.failureReason).toContain("kms:GenerateDataKey");
  });
});

test("a caller without a right to the group's key may not export", async () => {
  const action = "kms:Decrypt";
  const role = await createJobRole(exportActions);
  const rights = ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"];
  const asCaller = async (actions: readonly string[]) => {
    const grants = [
      { Action: ["personalize:CreateDatasetExportJob", "iam:PassRole"], Resource: "*" },
      { Action: actions, Resource: key },
    ];
    return new Personalize(sdk(on.account, await sessionWith(on.account, on.fresh("caller"), grants)));
  };
  const poor = await asCaller(rights.filter((each) => each !== action));
  await expect(jobs.export?.(role, poor)).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringContaining(`${action} on resource: ${key}`),
  });
  expect(await jobs.export?.(role, await asCaller(rights))).toMatchObject({ status: "ACTIVE" });
});
