// A column of a stack's own, DEVICE, from the imported file to the next import: on a deployed
// stack, the commands as separate processes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { IAM } from "@aws-sdk/client-iam";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { S3 } from "@aws-sdk/client-s3";
import { STS } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { type DeployedStack, deploySmallStack, startQuickAccount } from "../support/deployed-stack.ts";
import { writeSmallData } from "../support/small-data.ts";

const place = { account: "000000000000", region: "eu-west-1" };
const minute = 60_000;
const folder = mkdtempSync(join(tmpdir(), "context-"));
const devices = ["phone", "desktop", "tablet"];

/**
 * The small data with a device in each row, and a schema with it and with a number that the file
 * does not have.
 */
function writeDeviceData() {
  const files = writeSmallData(folder);
  const [header = "", ...rows] = readFileSync(files.interactionsFile, "utf8").trimEnd().split("\n");
  const completed = rows.map((row, i) => `${row},${devices[i % devices.length]}`);
  writeFileSync(files.interactionsFile, [`${header},DEVICE`, ...completed, ""].join("\n"));
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, "../../seed/interactions.schema.json"), "utf8"));
  schema.fields.push(
    { name: "DEVICE", type: ["null", "string"], categorical: true },
    { name: "VISIT_NUMBER", type: ["null", "int"] },
  );
  const interactionsSchemaFile = join(folder, "interactions.schema.json");
  writeFileSync(interactionsSchemaFile, JSON.stringify(schema));
  return { ...files, interactionsSchemaFile };
}

let deployed: DeployedStack;
let kinesis: Kinesis;
let s3: S3;
beforeAll(async () => {
  deployed = await deploySmallStack(await startQuickAccount(), "context", {
    ...writeDeviceData(),
    archiveBufferSeconds: "60",
  });
  kinesis = new Kinesis(sdk(deployed.account));
  s3 = new S3(sdk(deployed.account));
});
afterAll(async () => {
  await deployed.close();
  rmSync(folder, { recursive: true });
});

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

async function send(event: object): Promise<string> {
  const Data = Buffer.from(JSON.stringify(event));
  const { eventStreamName: StreamName } = deployed.outputs;
  const { SequenceNumber = "" } = await kinesis.putRecord({ StreamName, PartitionKey: "any", Data });
  return SequenceNumber;
}

const eventsOf = (id: string) =>
  deployed.account.personalize.inspection.events(place, deployed.outputs.datasetGroupArn, id, 10);

const contextsOf = (id: string) => eventsOf(id).map(({ context, source }) => ({ ...context, source }));

const isDelivered = (id: string) =>
  eventually(() => (eventsOf(id).length > 0 ? true : undefined), `no event of ${id} was delivered`);

const keysOf = async (Bucket: string) => {
  const { Contents = [] } = await s3.listObjectsV2({ Bucket });
  return Contents.map(({ Key = "" }) => Key);
};

/**
 * Clients of a role that another team has, with the policy of archiveReadPolicyArn and nothing
 * else.
 */
async function readArchiveAs(role: string): Promise<S3> {
  const iam = new IAM(sdk(deployed.account));
  const Principal = { AWS: `arn:aws:iam::${place.account}:root` };
  const Statement = [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  const { Role } = await iam.createRole({ RoleName: role, AssumeRolePolicyDocument });
  await iam.attachRolePolicy({ RoleName: role, PolicyArn: deployed.outputs.archiveReadPolicyArn });
  const sts = new STS(sdk(deployed.account));
  const { Credentials } = await sts.assumeRole({ RoleArn: Role?.Arn, RoleSessionName: "reader" });
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
  return new S3({
    ...sdk(deployed.account),
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  });
}

/** Runs a command with `--json`. */
async function run(name: string, ...args: string[]) {
  const { code, out, err } = await deployed.command(name, "--json", ...args);
  return { code, err, report: JSON.parse(out) };
}

test("the column is imported, and live events carry it with the schema's type", async () => {
  const [visitor] = deployed.account.personalize.inspection.users(place, deployed.outputs.datasetGroupArn, "", 1).found;
  expect(devices).toContain(eventsOf(visitor?.id ?? "")[0]?.context.DEVICE);

  await send(view("u-live", { DEVICE: "tablet", VISIT_NUMBER: 3 }));
  await isDelivered("u-live");
  expect(contextsOf("u-live")).toEqual([{ DEVICE: "tablet", VISIT_NUMBER: "3", source: "streamed" }]);
  const puts = deployed.account.log.entries().filter(({ operation }) => operation === "PutEvents");
  expect(puts.flatMap(({ input }) => (input as { eventList: object[] }).eventList)).toEqual([
    expect.objectContaining({ properties: '{"device":"tablet","visitNumber":3}', impression: shown }),
  ]);
});

test("requests ask with the same context", async () => {
  const request = { userId: "u-live", limit: 3, context: { DEVICE: "tablet", VISIT_NUMBER: 3 } };
  const headers = { "x-recommendation-source": "personalize" };
  expect(await deployed.recommend(request)).toMatchObject({ statusCode: 200, headers });
  expect(await deployed.recommend({ ...request, context: { BROWSER: "x" } })).toMatchObject({ statusCode: 400 });
});

test("a value of the wrong type goes to the quarantine, and `replay` leaves it there", async () => {
  const sequenceNumber = await send(view("u-wrong", { DEVICE: 42 }));
  const { quarantineBucketName: Bucket } = deployed.outputs;
  const Key = await eventually(
    async () => (await keysOf(Bucket)).find((key) => key.includes(sequenceNumber)),
    "the event is not in the quarantine",
  );
  const { Body } = await s3.getObject({ Bucket, Key });
  const reason = "context.DEVICE: must be a text";
  expect(JSON.parse((await Body?.transformToString()) ?? "").reason).toBe(reason);
  expect(await run("replay", "--source", "quarantine", "--yes")).toMatchObject({
    code: 1,
    report: { refused: { [reason]: 1 } },
  });
  expect(eventsOf("u-wrong")).toEqual([]);
  await s3.deleteObject({ Bucket, Key });
});

test("a role with the archive's policy reads the records by the documented layout, and nothing else", async () => {
  await deployed.account.clock.advance(5 * minute);
  const { archiveBucketName: Bucket } = deployed.outputs;
  await eventually(async () => (await keysOf(Bucket))[0], "nothing was archived");
  const reader = await readArchiveAs("analyst");
  const { Contents = [] } = await reader.listObjectsV2({ Bucket, Prefix: "events/" });
  const records = await Promise.all(
    Contents.map(async ({ Key = "" }) => {
      expect(Key).toMatch(/^events\/year=\d{4}\/month=\d\d\/day=\d\d\/hour=\d\d\/[^/]+\.gz$/);
      const { Body } = await reader.getObject({ Bucket, Key });
      const lines = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array())
        .toString("utf8")
        .trimEnd();
      return lines.split("\n").map((line) => JSON.parse(line));
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
  ])
    await expect(denied()).rejects.toMatchObject({ name: "AccessDenied" });
});

test("the archive keeps the column, `rebuild` imports it, and `forget` deletes it", async () => {
  await send(view("u-archived", { DEVICE: "phone", VISIT_NUMBER: 7 }));
  await isDelivered("u-archived");
  await deployed.account.clock.advance(5 * minute);
  await eventually(async () => (await keysOf(deployed.outputs.archiveBucketName))[0], "nothing was archived");

  const { code, report } = await run("rebuild", "--yes");
  expect({ code, status: report.status, refused: Object.keys(report.refused) }).toEqual({
    code: 0,
    status: "ACTIVE",
    refused: ["context.DEVICE: must be a text"],
  });
  const context = { DEVICE: "phone", VISIT_NUMBER: "7" };
  expect(contextsOf("u-archived")).toEqual([
    { ...context, source: "streamed" },
    { ...context, source: "imported" },
  ]);
  const [seeded] = deployed.account.personalize.inspection.users(place, deployed.outputs.datasetGroupArn, "", 1).found;
  expect(devices).toContain(eventsOf(seeded?.id ?? "")[0]?.context.DEVICE);

  expect(await run("forget", "--yes", "--user", "u-archived")).toMatchObject({
    code: 0,
    report: { archive: { records: 1 } },
  });
  expect(eventsOf("u-archived")).toEqual([]);
});
