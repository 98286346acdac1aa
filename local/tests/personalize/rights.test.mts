import { KMS } from "@aws-sdk/client-kms";
import { Personalize } from "@aws-sdk/client-personalize";
import { describe, expect, test } from "vitest";
import { minute } from "../../record/personalize/pets.ts";
import { sdk } from "../support/aws.ts";
import { createRole, sessionWith } from "../support/roles.ts";
import { keyPolicy, openStage } from "./stage.mts";

const on = await openStage();
const filled = await on.filled();

test("tags at creation need a separate permission", async () => {
  const grants = [{ Action: "personalize:CreateFilter", Resource: "*" }];
  const client = new Personalize(sdk(on.account, await sessionWith(on.account, "caller", grants)));
  const create = (tags?: { tagKey: string; tagValue: string }[]) =>
    client.createFilter({
      name: on.fresh("f"),
      datasetGroupArn: filled.groupArn,
      filterExpression: "INCLUDE ItemID WHERE Items.AGE > 3",
      tags,
    });
  await create();
  await expect(create([{ tagKey: "a", tagValue: "b" }])).rejects.toThrow("personalize:TagResource");
});

describe("a group's key", () => {
  const group = async (roleArn: string, kmsKeyArn: string) => {
    const { datasetGroupArn } = await on.personalize.createDatasetGroup({
      name: on.fresh("locked"),
      roleArn,
      kmsKeyArn,
    });
    await on.account.clock.advance(minute);
    const { datasetGroup } = await on.personalize.describeDatasetGroup({ datasetGroupArn });
    // A Region takes five groups.
    await on.personalize.deleteDatasetGroup({ datasetGroupArn });
    await on.account.clock.advance(minute);
    return datasetGroup;
  };

  const kms = () => new KMS(sdk(on.account));
  const service = "personalize.amazonaws.com";
  // Guide, "Giving Amazon Personalize permission to use your AWS KMS key".
  const all = ["Decrypt", "GenerateDataKey", "DescribeKey", "CreateGrant", "ListGrants"].map((name) => `kms:${name}`);
  const createKey = async (serviceMay: readonly string[]) =>
    (await kms().createKey({ Policy: keyPolicy(serviceMay) })).KeyMetadata?.Arn ?? "";

  test("must be usable by the group's role and by the service", async () => {
    const key = await createKey(all);
    const rich = await createRole(on.account, "rich", service, [{ Action: all, Resource: key }]);
    expect(await group(rich, key)).toMatchObject({ status: "ACTIVE", kmsKeyArn: key, roleArn: rich });
    await kms().scheduleKeyDeletion({ KeyId: key });
    expect((await group(rich, key))?.status).toBe("CREATE FAILED");
  });

  test("fails the group when the role or the service lacks a right, which the reason names", async () => {
    const rest = all.filter((each) => each !== "kms:CreateGrant");
    const key = await createKey(all);
    const poor = await createRole(on.account, "poor", service, [{ Action: rest, Resource: key }]);
    const failed = await group(poor, key);
    expect(failed?.status).toBe("CREATE FAILED");
    expect(failed?.failureReason).toContain("Insufficient privileges for using the KMS key");
    expect(failed?.failureReason).toContain("kms:CreateGrant");
    const closed = await createKey(rest);
    const trusting = await createRole(on.account, "trusting", service, [{ Action: all, Resource: closed }]);
    expect((await group(trusting, closed))?.failureReason).toContain("kms:CreateGrant");
  });
});
