import { describe, expect, test } from "vitest";
import { createAws } from "../../../pulumi/provider/aws.ts";
import { createProvider } from "../../../pulumi/provider/provider.ts";
import {
  archiveSignature,
  assetSignature,
  keepSecrets,
  signatureKey,
  unknownValue,
  unwrap,
} from "../../../pulumi/provider/values.ts";

const provider = createProvider(createAws("eu-west-1"));
const bucket = "aws:s3/bucket:Bucket";
const stream = "aws:kinesis/stream:Stream";

describe("check", () => {
  test("creates a name from the logical name and seven hex digits, in lower case where the type requires it", () => {
    const { inputs, failures } = provider.check(bucket, "Pets-archive", {}, {});
    expect(failures).toEqual([]);
    expect(inputs.bucket).toMatch(/^pets-archive-[0-9a-f]{7}$/);
  });

  test.each([
    [bucket, "bucket", 63],
    ["aws:sns/topic:Topic", "name", 80],
    ["aws:ssm/parameter:Parameter", "name", 255],
    ["aws:cloudwatch/logGroup:LogGroup", "name", 255],
    ["aws:cloudwatch/eventTarget:EventTarget", "targetId", 255],
  ])("a generated name of %s is as long as that of the real provider", (type, property, length) => {
    expect(String(provider.check(type, "p".repeat(300), {}, {}).inputs[property])).toHaveLength(length);
  });

  test("a generated name of an alias begins as KMS demands", () => {
    const { inputs } = provider.check("aws:kms/alias:Alias", "key", {}, { targetKeyId: "1" });
    expect(inputs.name).toMatch(/^alias\/key-[0-9a-f]{7}$/);
  });

  test("adds the default tags to resources that have tags; a resource's own tags go before them", () => {
    const tagging = createProvider(createAws("eu-west-1"), { team: "pets", cost: "12" });
    expect(tagging.check(bucket, "pets", {}, { tags: { team: "cats" } }).inputs.tags).toEqual({
      team: "cats",
      cost: "12",
    });
    expect(tagging.check("aws:kms/alias:Alias", "key", {}, { targetKeyId: "1" }).inputs).not.toHaveProperty("tags");
  });

  test("takes a policy as an object, and turns it into text once it is known", () => {
    const policy = (Resource: string) => ({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Resource }] });
    const check = (document: unknown) =>
      provider.check("aws:iam/policy:Policy", "reads", {}, { policy: document }).inputs.policy;
    expect(check(policy("*"))).toBe(JSON.stringify(policy("*")));
    expect(check(policy(unknownValue))).toBe(unknownValue);
  });

  test("rejects unsupported properties by name, also where other values are unknown", () => {
    const { failures } = provider.check(bucket, "pets", {}, { bucket: unknownValue, acl: "private", logging: {} });
    expect(failures.map(({ property }) => property)).toEqual(["acl", "logging"]);
    expect(failures[0]?.reason).toMatch(
      /^the local provider does not support this property of aws:s3\/bucket:Bucket\. It supports bucket, .*\.$/,
    );
  });

  const archive = { roleArn: "arn:aws:iam::000000000000:role/r", bucketArn: "arn:aws:s3:::archive" };
  test.each([
    [
      "code that is in S3",
      "aws:lambda/function:Function",
      { role: "r", handler: "index.handler", runtime: "nodejs24.x", s3Bucket: "code", s3Key: "code.zip" },
      ["s3Bucket", "s3Key"],
      "Give the function's code as an archive, in the property code. It supports name, ",
    ],
    [
      "a delivery stream without a source",
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      { destination: "extended_s3", extendedS3Configuration: archive },
      ["kinesisSourceConfiguration"],
      "Its delivery streams read from a Kinesis stream; DirectPut is not supported.",
    ],
    [
      "a backup of records",
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      {
        destination: "extended_s3",
        extendedS3Configuration: { ...archive, s3BackupMode: "Enabled" },
        kinesisSourceConfiguration: { kinesisStreamArn: "s", roleArn: "r" },
      },
      ["extendedS3Configuration.s3BackupMode"],
      "the local provider does not support this property",
    ],
    [
      "a rule with a schedule",
      "aws:cloudwatch/eventRule:EventRule",
      { scheduleExpression: "rate(1 day)" },
      ["scheduleExpression"],
      "Use aws.scheduler.Schedule",
    ],
    [
      "a rule without events",
      "aws:cloudwatch/eventRule:EventRule",
      {},
      ["eventPattern"],
      "the local provider requires this property, and it is missing",
    ],
  ])("of %s names what the program wrote, and what to write", (_what, type, inputs, properties, reason) => {
    const { failures } = provider.check(type, "r", {}, inputs);
    expect(failures.map(({ property }) => property)).toEqual(properties);
    for (const failure of failures) expect(failure.reason).toContain(reason);
  });

  test("reports every invalid value with its property", () => {
    const { failures } = provider.check(
      stream,
      "events",
      {},
      { name: "events", retentionPeriod: 12, encryptionType: "AES" },
    );
    expect(failures.map(({ property }) => property)).toEqual(["retentionPeriod", "encryptionType"]);
  });

  test("accepts values that are known only after up, also inside a structure", () => {
    const { failures } = provider.check(
      "aws:lambda/function:Function",
      "f",
      {},
      {
        name: unknownValue,
        role: unknownValue,
        code: {},
        handler: "index.handler",
        runtime: "nodejs24.x",
        timeout: unknownValue,
        environment: { variables: { KEY: unknownValue } },
      },
    );
    expect(failures).toEqual([]);
  });

  test("reports a missing property although another property is unknown", () => {
    const { failures } = provider.check("aws:iam/rolePolicy:RolePolicy", "p", {}, { role: unknownValue });
    expect(failures.map(({ property }) => property)).toEqual(["policy"]);
  });

  test("rejects a type that is not in the catalogue, by name", () => {
    expect(() => provider.check("aws:ec2/instance:Instance", "i", {}, {})).toThrow(
      "The local provider does not support the resource type aws:ec2/instance:Instance.",
    );
  });
});

test("rejects a look-up that is not supported, by name, and names those that are", async () => {
  await expect(provider.invoke("aws:s3/getBucket:getBucket", { bucket: "archive" })).rejects.toThrow(
    /^The local provider does not support the function aws:s3\/getBucket:getBucket\. It supports getCallerIdentity, /,
  );
});

describe("diff", () => {
  const state = { name: "events", retentionPeriod: 48, encryptionType: "NONE", arn: "arn:aws:kinesis:::stream/events" };

  test("a changed setting is updated in place; a changed name replaces the resource", () => {
    expect(provider.diff(stream, state, { ...state, retentionPeriod: 24 })).toMatchObject({
      changes: true,
      replaces: [],
    });
    expect(provider.diff(stream, state, { ...state, name: "visits" })).toMatchObject({
      changes: true,
      replaces: ["name"],
    });
  });

  test("a property that the program no longer sets is a change", () => {
    const { retentionPeriod: _removed, ...rest } = state;
    expect(provider.diff(stream, state, rest)).toMatchObject({ changes: true });
  });

  test("compares code by its hash", () => {
    const archive = (hash: string, text: string) => ({
      [signatureKey]: archiveSignature,
      hash,
      assets: { "index.js": { [signatureKey]: assetSignature, text } },
    });
    const type = "aws:lambda/function:Function";
    const inputs = {
      name: "f",
      role: "r",
      handler: "index.handler",
      runtime: "nodejs24.x",
      timeout: 3,
      memorySize: 128,
    };
    expect(
      provider.diff(type, { ...inputs, code: archive("1", "") }, { ...inputs, code: archive("1", "x") }).changes,
    ).toBe(false);
    expect(
      provider.diff(type, { ...inputs, code: archive("1", "") }, { ...inputs, code: archive("2", "x") }).changes,
    ).toBe(true);
  });
});

test("unwraps secrets at any depth", () => {
  const secret = { [signatureKey]: "1b47061264138c4ac30d75fd1eb44270", value: { deep: ["text"] } };
  expect(unwrap({ tags: secret })).toEqual({ tags: { deep: ["text"] } });
});

test("marks properties as secret that are or contain secrets in the inputs", () => {
  const secret = (value: unknown) => ({ [signatureKey]: "1b47061264138c4ac30d75fd1eb44270", value });
  const given = { value: secret("hidden"), tags: { team: "pets", key: secret("k") }, name: "/p" };
  expect(keepSecrets({ value: "hidden", tags: { team: "pets", key: "k" }, name: "/p", arn: "a" }, given)).toEqual({
    value: secret("hidden"),
    tags: secret({ team: "pets", key: "k" }),
    name: "/p",
    arn: "a",
  });
});
