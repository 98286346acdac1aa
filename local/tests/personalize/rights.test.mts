import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  CreateFilterCommand,
  DeleteDatasetGroupCommand,
  DescribeDatasetGroupCommand,
  PersonalizeClient,
} from "@aws-sdk/client-personalize";
import { PersonalizeEventsClient, PutEventsCommand } from "@aws-sdk/client-personalize-events";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sdk } from "../support/aws.ts";
import { createRole, type Grant } from "../support/roles.ts";
import { minute, start } from "./pets.ts";
import { openStage, type Stage } from "./stage.ts";

let on: Stage;
let filled: Awaited<ReturnType<Stage["filled"]>>;
let tracker: { trackingId: string; eventTrackerArn: string };
beforeAll(async () => {
  on = await openStage();
  filled = await on.filled();
  tracker = await on.tracker(filled.groupArn);
});
afterAll(() => on.close());

/** Credentials of a role that may do what the grants say, and nothing else. */
async function as(grants: readonly Grant[]) {
  const RoleName = on.fresh("caller");
  const document = (Statement: unknown) => JSON.stringify({ Version: "2012-10-17", Statement });
  const iam = new IAMClient(sdk(on.account));
  const sts = new STSClient(sdk(on.account));
  const trust = [{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:root" }, Action: "sts:AssumeRole" }];
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }));
  const PolicyDocument = document(grants.map((grant) => ({ Effect: "Allow", ...grant })));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "test" }));
  iam.destroy();
  sts.destroy();
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
  return sdk(on.account, credentials);
}

describe("a caller's rights", () => {
  const put = () =>
    new PutEventsCommand({
      trackingId: tracker.trackingId,
      sessionId: "s",
      eventList: [{ eventType: "View", itemId: "cat-1", sentAt: new Date(start) }],
    });

  test("PutEvents needs the action on *, not on the tracker's ARN", async () => {
    const narrow = await as([{ Action: "personalize:PutEvents", Resource: tracker.eventTrackerArn }]);
    const denied = new PersonalizeEventsClient(narrow).send(put());
    await expect(denied).rejects.toMatchObject({ name: "AccessDeniedException", $metadata: { httpStatusCode: 403 } });
    const wide = await as([{ Action: "personalize:PutEvents", Resource: "*" }]);
    await new PersonalizeEventsClient(wide).send(put());
  });

  test("other actions are checked against their ARNs", async () => {
    const client = new PersonalizeClient(
      await as([{ Action: "personalize:DescribeDatasetGroup", Resource: filled.groupArn }]),
    );
    const describe = (datasetGroupArn: string) => client.send(new DescribeDatasetGroupCommand({ datasetGroupArn }));
    expect((await describe(filled.groupArn)).datasetGroup?.status).toBe("ACTIVE");
    await expect(describe(`${filled.groupArn}0`)).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  test("tags at creation need a separate permission", async () => {
    const client = new PersonalizeClient(await as([{ Action: "personalize:CreateFilter", Resource: "*" }]));
    const create = (tags?: { tagKey: string; tagValue: string }[]) =>
      client.send(
        new CreateFilterCommand({
          name: on.fresh("f"),
          datasetGroupArn: filled.groupArn,
          filterExpression: "INCLUDE ItemID WHERE Items.AGE > 3",
          tags,
        }),
      );
    await create();
    await expect(create([{ tagKey: "a", tagValue: "b" }])).rejects.toThrow("personalize:TagResource");
  });

  test("handing over a role needs iam:PassRole", async () => {
    const job = new CreateDatasetImportJobCommand({
      jobName: "passing",
      datasetArn: filled.items,
      dataSource: { dataLocation: `s3://${on.bucket}/x.csv` },
      roleArn: on.roleArn,
    });
    const create = { Action: "personalize:CreateDatasetImportJob", Resource: "*" };
    const without = new PersonalizeClient(await as([create]));
    await expect(without.send(job)).rejects.toThrow(`iam:PassRole on resource: ${on.roleArn}`);
    const allowed = new PersonalizeClient(await as([create, { Action: "iam:PassRole", Resource: on.roleArn }]));
    expect((await allowed.send(job)).datasetImportJobArn).toMatch(/dataset-import-job\/passing$/);
  });
});

describe("a group's key", () => {
  const group = async (roleArn: string, kmsKeyArn: string) => {
    const { datasetGroupArn } = await on.personalize.send(
      new CreateDatasetGroupCommand({ name: on.fresh("locked"), roleArn, kmsKeyArn }),
    );
    await on.account.clock.advance(minute);
    const { datasetGroup } = await on.personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }));
    // A Region takes five groups.
    await on.personalize.send(new DeleteDatasetGroupCommand({ datasetGroupArn }));
    await on.account.clock.advance(minute);
    return datasetGroup;
  };

  const kms = () => new KMSClient(sdk(on.account));
  const service = "personalize.amazonaws.com";
  // Guide, "Giving Amazon Personalize permission to use your AWS KMS key".
  const all = ["Decrypt", "GenerateDataKey", "DescribeKey", "CreateGrant", "ListGrants"].map((name) => `kms:${name}`);
  const createKey = async (serviceMay: readonly string[]) => {
    const Statement = [
      { Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:root" }, Action: "kms:*", Resource: "*" },
      { Effect: "Allow", Principal: { Service: service }, Action: serviceMay, Resource: "*" },
    ];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    return (await kms().send(new CreateKeyCommand({ Policy }))).KeyMetadata?.Arn ?? "";
  };

  test("must be usable by the group's role and by the service", async () => {
    const key = await createKey(all);
    const rich = await createRole(on.account, "rich", service, [{ Action: all, Resource: key }]);
    expect(await group(rich, key)).toMatchObject({ status: "ACTIVE", kmsKeyArn: key, roleArn: rich });
    await kms().send(new DisableKeyCommand({ KeyId: key }));
    expect((await group(rich, key))?.status).toBe("CREATE FAILED");
  });

  test.each(all)("fails the group when the role lacks %s", async (action) => {
    const key = await createKey(all);
    const rest = all.filter((each) => each !== action);
    const poor = await createRole(on.account, on.fresh("poor"), service, [{ Action: rest, Resource: key }]);
    const failed = await group(poor, key);
    expect(failed?.status).toBe("CREATE FAILED");
    expect(failed?.failureReason).toContain("Insufficient privileges for using the KMS key");
    expect(failed?.failureReason).toContain(action);
  });

  test.each(all)("fails the group when the key's policy does not let the service %s", async (action) => {
    const key = await createKey(all.filter((each) => each !== action));
    const rich = await createRole(on.account, on.fresh("rich"), service, [{ Action: all, Resource: key }]);
    expect((await group(rich, key))?.failureReason).toContain(action);
  });
});
