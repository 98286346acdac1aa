// A column of a stack's own, DEVICE, from the imported file to the next import: on a deployed
// stack, the commands as separate processes.
import { gunzipSync } from "node:zlib";
import { IAM } from "@aws-sdk/client-iam";
import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { createRole, sessionOf } from "../../local/tests/support/roles.ts";
import { devices, writeDeviceData } from "../support/small-data.ts";
import { createFolder } from "../support/temporary-folder.mts";
import { useStack } from "../support/use-stack.mts";

const minute = 60_000;
const visit = { name: "VISIT_NUMBER", type: ["null", "int"] };
const deployed = await useStack({ ...writeDeviceData(createFolder(), "DEVICE", [visit]), archiveBufferSeconds: "60" });
const { eventsOf, isDelivered, listKeys } = deployed;

const shown = ["2-Beagle-2-3", "2-Pug-1-4"];
const view = (userId: string, context: object) => ({
  userId,
  sessionId: `s-${userId}`,
  eventType: "DetailView",
  itemId: "2-Beagle-2-3",
  timestamp: new Date(deployed.account.clock.now()).toISOString(),
  impression: shown,
  context,
});

const contextsOf = (id: string) => eventsOf(id).map(({ context, source }) => ({ ...context, source }));

/**
 * The client of a role that another team has, with the policy of archiveReadPolicyArn and nothing
 * else.
 */
async function readArchiveAs(RoleName: string): Promise<S3> {
  const { account, outputs } = deployed;
  const roleArn = await createRole(account, RoleName, "000000000000");
  await new IAM(sdk(account)).attachRolePolicy({ RoleName, PolicyArn: outputs.archiveReadPolicyArn });
  return new S3(sdk(account, await sessionOf(account, roleArn)));
}

/** Runs a command with `--json`. */
async function run(name: string, ...args: string[]) {
  const { code, out, err } = await deployed.command(name, "--json", ...args);
  return { code, err, report: JSON.parse(out) };
}

test("the column is imported, and live events carry it with the schema's type", async () => {
  const [visitor] = deployed.findUsers();
  expect(devices).toContain(eventsOf(visitor?.id ?? "")[0]?.context.DEVICE);

  await deployed.put([view("u-live", { DEVICE: "tablet", VISIT_NUMBER: 3 })]);
  await isDelivered("u-live");
  expect(contextsOf("u-live")).toEqual([{ DEVICE: "tablet", VISIT_NUMBER: "3", source: "streamed" }]);
  const puts = deployed.account.log.entries().filter(({ operation }) => operation === "PutEvents");
  expect(puts.flatMap(({ input }) => (input as { eventList: object[] }).eventList)).toEqual([
    expect.objectContaining({ properties: '{"device":"tablet","visitNumber":3}', impression: shown }),
  ]);
});

const reasons = ["context.DEVICE: must be a text", "record: is not JSON"];

test("a value of the wrong type goes to the quarantine, as a record that is no event, and `replay` leaves both", async () => {
  await deployed.put([view("u-wrong", { DEVICE: 42 }), "not an event"]);
  const { quarantineBucketName: Bucket } = deployed.outputs;
  const readBoth = async () => {
    const keys = await listKeys(Bucket);
    return keys.length === 2 ? keys : undefined;
  };
  const keys = await eventually(readBoth, "the records are not in the quarantine");
  const texts = await Promise.all(keys.map((key) => deployed.readText(Bucket, key)));
  expect(texts.map((text) => JSON.parse(text).reason).sort()).toEqual(reasons);
  const { code, report } = await run("replay", "--source", "quarantine", "--yes");
  expect({ code, refused: report.refused }).toEqual({
    code: 1,
    refused: Object.fromEntries(reasons.map((reason) => [reason, 1])),
  });
  expect(await listKeys(Bucket)).toEqual(keys);
  expect(eventsOf("u-wrong")).toEqual([]);
  for (const Key of keys) await deployed.s3.deleteObject({ Bucket, Key });
});

test("a role with the archive's policy reads the records by the documented layout, and nothing else", async () => {
  await deployed.account.clock.advance(5 * minute);
  const { archiveBucketName: Bucket } = deployed.outputs;
  await eventually(async () => (await listKeys(Bucket))[0], "nothing was archived");
  const reader = await readArchiveAs("analyst");
  const { Contents = [] } = await reader.listObjectsV2({ Bucket, Prefix: "events/" });
  const records = await Promise.all(
    Contents.map(async ({ Key = "" }) => {
      expect(Key).toMatch(/^events\/year=\d{4}\/month=\d\d\/day=\d\d\/hour=\d\d\/[^/]+\.gz$/);
      const { Body } = await reader.getObject({ Bucket, Key });
      const lines = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array())
        .toString("utf8")
        .trimEnd();
      const events = lines.split("\n").filter((line) => line !== "not an event");
      return events.map((line) => JSON.parse(line));
    }),
  );
  expect(records.flat()).toContainEqual(expect.objectContaining({ userId: "u-live", impression: shown }));

  const { quarantineBucketName: other } = deployed.outputs;
  for (const denied of [
    () => reader.listObjectsV2({ Bucket }),
    () => reader.listObjectsV2({ Bucket, Prefix: "errors/" }),
    () => reader.getObject({ Bucket, Key: "errors/x" }),
    () => reader.putObject({ Bucket, Key: "events/x", Body: "x" }),
    () => reader.deleteObject({ Bucket, Key: Contents[0]?.Key }),
    () => reader.listObjectsV2({ Bucket: other, Prefix: "events/" }),
  ]) {
    await expect(denied()).rejects.toMatchObject({ name: "AccessDenied" });
  }
});

test("the archive keeps the column, `rebuild` imports it, and `forget` deletes it", async () => {
  await deployed.put([view("u-archived", { DEVICE: "phone", VISIT_NUMBER: 7 })]);
  await isDelivered("u-archived");
  await deployed.account.clock.advance(5 * minute);
  await eventually(async () => (await listKeys(deployed.outputs.archiveBucketName))[0], "nothing was archived");

  const { code, report } = await run("rebuild", "--yes");
  expect({ code, status: report.status, refused: Object.keys(report.refused).sort() }).toEqual({
    code: 0,
    status: "ACTIVE",
    refused: reasons,
  });
  const context = { DEVICE: "phone", VISIT_NUMBER: "7" };
  expect(contextsOf("u-archived")).toEqual([
    { ...context, source: "streamed" },
    { ...context, source: "imported" },
  ]);
  const [seeded] = deployed.findUsers();
  expect(devices).toContain(eventsOf(seeded?.id ?? "")[0]?.context.DEVICE);

  expect(await run("forget", "--yes", "--user", "u-archived")).toMatchObject({
    code: 0,
    report: { erased: { archive: { records: 1 } } },
  });
  expect(eventsOf("u-archived")).toEqual([]);
});
