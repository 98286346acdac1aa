import { S3 } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk, signedFor } from "../support/aws.ts";
import { policyOf } from "../support/roles.ts";

const day = 86_400_000;
// Ten in the morning, so that the tests can count midnights.
const account = await openAccount({ start: Date.parse("2026-03-01T10:00:00Z") });
const s3 = new S3(sdk(account));

const create = (Bucket: string, client = s3) => client.createBucket({ Bucket });
const keys = async (Bucket: string) => ((await s3.listObjectsV2({ Bucket })).Contents ?? []).map(({ Key }) => Key);

describe("buckets", () => {
  test("are created, found, listed and deleted", async () => {
    await create("first");
    await expect(s3.headBucket({ Bucket: "first" })).resolves.toMatchObject({ BucketRegion: "eu-west-1" });
    const { Buckets } = await s3.listBuckets({ Prefix: "first" });
    expect(Buckets?.map(({ Name }) => Name)).toEqual(["first"]);
    await s3.deleteBucket({ Bucket: "first" });
    await expect(s3.headBucket({ Bucket: "first" })).rejects.toMatchObject({ name: "NotFound" });
  });

  test("have names that are unique in all accounts", async () => {
    await create("taken");
    await expect(create("taken")).rejects.toMatchObject({
      name: "BucketAlreadyOwnedByYou",
      $metadata: { httpStatusCode: 409 },
    });
    const other = new S3(sdk(account, { accessKeyId: "222222222222", secretAccessKey: "x" }));
    await expect(create("taken", other)).rejects.toMatchObject({ name: "BucketAlreadyExists" });
    await expect(other.listObjectsV2({ Bucket: "taken" })).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test.each(["Capital", "ab", "a..b", "10.0.0.1", "under_score"])("the name %s is refused", async (name) => {
    await expect(create(name)).rejects.toMatchObject({ name: "InvalidBucketName" });
  });
});

describe("settings", () => {
  const Bucket = "settings";
  beforeAll(() => create(Bucket));

  test("a new bucket is encrypted, private and owned by its owner", async () => {
    const encryption = await s3.getBucketEncryption({ Bucket });
    const rules = encryption.ServerSideEncryptionConfiguration?.Rules;
    expect(rules?.[0]?.ApplyServerSideEncryptionByDefault).toEqual({ SSEAlgorithm: "AES256" });
    const block = await s3.getPublicAccessBlock({ Bucket });
    expect(Object.values(block.PublicAccessBlockConfiguration ?? {})).toEqual([true, true, true, true]);
    const ownership = await s3.getBucketOwnershipControls({ Bucket });
    expect(ownership.OwnershipControls?.Rules).toEqual([{ ObjectOwnership: "BucketOwnerEnforced" }]);
    expect((await s3.getBucketVersioning({ Bucket })).Status).toBeUndefined();
    const { Grants } = await s3.getBucketAcl({ Bucket });
    expect(Grants?.map(({ Permission }) => Permission)).toEqual(["FULL_CONTROL"]);
  });

  test.each([
    ["policy", () => s3.getBucketPolicy({ Bucket }), "NoSuchBucketPolicy"],
    ["tags", () => s3.getBucketTagging({ Bucket }), "NoSuchTagSet"],
    ["lifecycle", () => s3.getBucketLifecycleConfiguration({ Bucket }), "NoSuchLifecycleConfiguration"],
    ["CORS rules", () => s3.getBucketCors({ Bucket }), "NoSuchCORSConfiguration"],
    ["replication", () => s3.getBucketReplication({ Bucket }), "ReplicationConfigurationNotFoundError"],
    ["object lock", () => s3.getObjectLockConfiguration({ Bucket }), "ObjectLockConfigurationNotFoundError"],
  ])("returns the specific error for a new bucket without %s", async (_what, read, name) => {
    await expect(read()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 404 } });
  });

  test("sets and removes default encryption", async () => {
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const }, BucketKeyEnabled: true };
    await s3.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } });
    const set = await s3.getBucketEncryption({ Bucket });
    expect(set.ServerSideEncryptionConfiguration?.Rules).toEqual([rule]);
    await s3.deleteBucketEncryption({ Bucket });
    const back = await s3.getBucketEncryption({ Bucket });
    expect(back.ServerSideEncryptionConfiguration?.Rules?.[0]).toMatchObject({ BucketKeyEnabled: false });
  });

  test("tags are replaced as a whole", async () => {
    await s3.putBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: "a", Value: "1" }] } });
    await s3.putBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: "b", Value: "2" }] } });
    expect((await s3.getBucketTagging({ Bucket })).TagSet).toEqual([{ Key: "b", Value: "2" }]);
  });

  test("keeps a policy's text, and refuses a policy that is public or for another bucket", async () => {
    const policy = (Principal: object | string, Resource: string) =>
      policyOf([{ Effect: "Allow", Principal, Action: "s3:GetObject", Resource }]);
    const put = (Policy: string) => s3.putBucketPolicy({ Bucket, Policy });
    const good = policy({ Service: "personalize.amazonaws.com" }, `arn:aws:s3:::${Bucket}/*`);
    await put(good);
    expect((await s3.getBucketPolicy({ Bucket })).Policy).toBe(good);
    await expect(put(policy({ AWS: "000000000000" }, "arn:aws:s3:::other/*"))).rejects.toMatchObject({
      name: "MalformedPolicy",
    });
    // localstack's snapshot test_bucket_policy_exc
    const noJson = "Policies must be valid JSON and the first byte must be '{'";
    await expect(put("[]")).rejects.toMatchObject({ name: "MalformedPolicy", message: noJson });
    await expect(put("{}")).rejects.toMatchObject({
      name: "MalformedPolicy",
      message: "Missing required field Statement",
    });
    const open = policy("*", `arn:aws:s3:::${Bucket}/*`);
    await expect(put(open)).rejects.toMatchObject({ name: "AccessDenied" });
    await s3.deletePublicAccessBlock({ Bucket });
    await put(open);
    await s3.deleteBucketPolicy({ Bucket });
    await expect(s3.getPublicAccessBlock({ Bucket })).rejects.toMatchObject({
      name: "NoSuchPublicAccessBlockConfiguration",
    });
  });
});

test.each([
  ["us-east-1", undefined, undefined],
  ["eu-central-1", "eu-central-1", "eu-central-1"],
  // API reference, CreateBucket and GetBucketLocation: the old name of eu-west-1 comes back.
  ["eu-west-1", "EU", "EU"],
])("the location of a bucket in %s made with %s is %s", async (region, constraint, expected) => {
  const client = new S3({ ...sdk(account), region });
  const Bucket = `located-${region}`;
  const configuration = constraint && { CreateBucketConfiguration: { LocationConstraint: constraint as never } };
  await client.createBucket({ Bucket, ...configuration });
  expect((await client.getBucketLocation({ Bucket })).LocationConstraint).toBe(expected);
  const response = await fetch(`${account.origin}/${Bucket}?location`, { headers: signedFor("s3", region) });
  expect(await response.text()).toMatch(
    /^<\?xml [^>]+>\n<LocationConstraint xmlns="[^"]+"(\/>|>[\w-]*<\/LocationConstraint>)$/,
  );
});

describe("lifecycle", () => {
  const put = (Bucket: string, Rules: object[]) =>
    s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules: Rules as never } });

  test("deletes objects with the prefix at the midnight after they expire", async () => {
    const Bucket = "expiring";
    await create(Bucket);
    for (const Key of ["logs/a", "data/a"]) await s3.putObject({ Bucket, Key, Body: "x" });
    await put(Bucket, [{ ID: "logs", Status: "Enabled", Filter: { Prefix: "logs/" }, Expiration: { Days: 2 } }]);
    const untilMidnight = day - (account.clock.now() % day);
    await account.clock.advance(untilMidnight + 2 * day - 1);
    expect(await keys(Bucket)).toEqual(["data/a", "logs/a"]);
    await account.clock.advance(1);
    expect(await keys(Bucket)).toEqual(["data/a"]);
  });

  test("deletes noncurrent versions after their days, and then single delete markers", async () => {
    const Bucket = "ageing";
    await create(Bucket);
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
    await s3.putObject({ Bucket, Key: "k", Body: "1" });
    await put(Bucket, [
      {
        ID: "all",
        Status: "Enabled",
        Filter: {},
        Expiration: { Days: 3 },
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      },
    ]);
    await account.clock.advance(4 * day);
    const buried = await s3.listObjectVersions({ Bucket });
    expect([buried.Versions?.length, buried.DeleteMarkers?.length]).toEqual([1, 1]);
    await account.clock.advance(2 * day);
    expect((await s3.listObjectVersions({ Bucket })).Versions ?? []).toEqual([]);
    await account.clock.advance(4 * day);
    expect((await s3.listObjectVersions({ Bucket })).DeleteMarkers ?? []).toEqual([]);
  });

  test("aborts incomplete uploads", async () => {
    const Bucket = "unfinished";
    await create(Bucket);
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: "k" });
    await put(Bucket, [
      { ID: "abort", Status: "Enabled", Filter: {}, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
    ]);
    await account.clock.advance(3 * day);
    const part = s3.uploadPart({ Bucket, Key: "k", UploadId, PartNumber: 1, Body: "x" });
    await expect(part).rejects.toMatchObject({ name: "NoSuchUpload" });
  });

  test("a bucket has at most 1,000 rules", async () => {
    const Bucket = "many-rules";
    await create(Bucket);
    const rule = (_: unknown, i: number) => ({ ID: `r${i}`, Status: "Enabled", Filter: {}, Expiration: { Days: 1 } });
    const rules = Array.from({ length: 1_001 }, rule);
    await expect(put(Bucket, rules)).rejects.toMatchObject({ name: "InvalidRequest" });
    await put(Bucket, rules.slice(1));
  });

  test("a rule without an action, or with one that the account cannot do, is refused", async () => {
    const Bucket = "rules";
    await create(Bucket);
    await expect(put(Bucket, [{ Status: "Enabled", Filter: {} }])).rejects.toMatchObject({ name: "InvalidRequest" });
    await expect(
      put(Bucket, [{ Status: "Enabled", Filter: {}, Transitions: [{ Days: 30, StorageClass: "GLACIER" }] }]),
    ).rejects.toMatchObject({ name: "NotImplemented" });
    const byTag = { Status: "Enabled", Filter: { Tag: { Key: "a", Value: "b" } }, Expiration: { Days: 1 } };
    await expect(put(Bucket, [byTag])).rejects.toMatchObject({ name: "NotImplemented" });
    await expect(put(Bucket, [{ Status: "Enabled", Expiration: { Days: 1 } }])).rejects.toMatchObject({
      name: "MalformedXML",
    });
  });
});

test("a bucket is not created with a wrong document, which is the error", async () => {
  const created = s3.createBucket({
    Bucket: "wrong-document",
    CreateBucketConfiguration: { Tags: [{ Key: "a" } as never] },
  });
  await expect(created).rejects.toMatchObject({ name: "MalformedXML" });
});

// "The XML that you provided … did not validate against our published schema" (API reference,
// "Error responses").
test.each([
  ["", "CreateBucketConfiguration"],
  ["?versioning", "VersioningConfiguration"],
])("PUT of a bucket%s refuses a document with another root element than %s", async (query, root) => {
  await create("other-root");
  const put = (body: string) =>
    fetch(`${account.origin}/other-root${query}`, { method: "PUT", body, headers: signedFor("s3") });
  const refused = await put("<foo/>");
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain("<Code>MalformedXML</Code>");
  expect(await (await put(`<${root}/>`)).text()).not.toContain("MalformedXML");
  await s3.deleteBucket({ Bucket: "other-root" });
});
