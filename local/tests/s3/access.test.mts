import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { type Grant, policyOf, sessionWith } from "../support/roles.ts";

const owner = "000000000000";
const account = await openAccount();
const s3 = new S3(sdk(account));

const create = (Bucket: string) => s3.createBucket({ Bucket });
const allow = (Action: string | string[], Resource: string | string[], Condition?: object): Grant => ({
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});

let roles = 0;
const roleWith = async (...grants: Grant[]) =>
  new S3(sdk(account, await sessionWith(account, `role-${roles++}`, grants)));

describe("permissions", () => {
  const Bucket = "permissions";
  beforeAll(async () => {
    await create(Bucket);
    for (const Key of ["in/a", "out/a"]) await s3.putObject({ Bucket, Key, Body: "x" });
  });
  const objects = (prefix: string) => `arn:aws:s3:::${Bucket}/${prefix}*`;
  const get = (client: S3, Key: string) => client.getObject({ Bucket, Key });

  test("a condition can name the account that owns the bucket", async () => {
    const of = (account: string) => ({ StringEquals: { "s3:ResourceAccount": account } });
    await get(await roleWith(allow("s3:GetObject", objects("in/"), of(owner))), "in/a");
    const elsewhere = await roleWith(allow("s3:GetObject", objects("in/"), of("111122223333")));
    await expect(get(elsewhere, "in/a")).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test("returns AccessDenied for a missing key to callers that may not list", async () => {
    const reader = await roleWith(allow("s3:GetObject", objects("")));
    await expect(get(reader, "in/none")).rejects.toMatchObject({ name: "AccessDenied" });
    const lister = await roleWith(allow("s3:GetObject", objects("")), allow("s3:ListBucket", `arn:aws:s3:::${Bucket}`));
    await expect(get(lister, "in/none")).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  test("allows a list only with the prefix in the policy", async () => {
    const condition = { StringLike: { "s3:prefix": "in/*" } };
    const lister = await roleWith(allow("s3:ListBucket", `arn:aws:s3:::${Bucket}`, condition));
    await expect(lister.listObjectsV2({ Bucket, Prefix: "in/" })).resolves.toBeDefined();
    await expect(lister.listObjectsV2({ Bucket })).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test("HeadObject requires GetObject; a copy requires permissions on source and target", async () => {
    const writer = await roleWith(allow("s3:PutObject", objects("copies/")));
    const head = writer.headObject({ Bucket, Key: "in/a" });
    await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    const copy = { Bucket, Key: "copies/a", CopySource: `${Bucket}/in/a` };
    await expect(writer.copyObject(copy)).rejects.toThrow(/s3:GetObject/);
    const both = await roleWith(allow("s3:PutObject", objects("copies/")), allow("s3:GetObject", objects("in/")));
    await expect(both.copyObject(copy)).resolves.toBeDefined();
  });

  test("authorises each key of DeleteObjects separately", async () => {
    for (const Key of ["del/a", "keep/a"]) await s3.putObject({ Bucket, Key, Body: "x" });
    const cleaner = await roleWith(allow("s3:DeleteObject", objects("del/")));
    const Objects = [{ Key: "del/a" }, { Key: "keep/a" }];
    const { Deleted, Errors } = await cleaner.deleteObjects({ Bucket, Delete: { Objects } });
    expect(Deleted?.map(({ Key }) => Key)).toEqual(["del/a"]);
    expect(Errors).toMatchObject([{ Key: "keep/a", Code: "AccessDenied" }]);
  });

  test("returns NoSuchBucket before it checks permissions", async () => {
    const stranger = await roleWith(allow("sns:Publish", "*"));
    await expect(stranger.getObject({ Bucket: "nowhere-at-all", Key: "x" })).rejects.toMatchObject({
      name: "NoSuchBucket",
    });
  });
});

describe("a bucket policy", () => {
  const prepare = async (Bucket: string) => {
    await create(Bucket);
    await s3.putObject({ Bucket, Key: "a.csv", Body: "x" });
  };

  test("that requires TLS allows all requests here; a deny applies even to the owner", async () => {
    const Bucket = "tls-only";
    await prepare(Bucket);
    const deny = (Condition: object) =>
      policyOf({
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
        Condition,
      });
    await s3.putBucketPolicy({ Bucket, Policy: deny({ Bool: { "aws:SecureTransport": "false" } }) });
    await expect(s3.getObject({ Bucket, Key: "a.csv" })).resolves.toBeDefined();
    const upload = { StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } };
    await s3.putBucketPolicy({ Bucket, Policy: deny(upload) });
    await expect(s3.putObject({ Bucket, Key: "b", Body: "x" })).rejects.toThrow(
      /with an explicit deny in a resource-based policy/,
    );
  });
});

describe("encryption under a customer's key", () => {
  const Bucket = "encrypted";
  let keyArn: string | undefined;
  let kms: KMS;
  beforeAll(async () => {
    kms = new KMS(sdk(account));
    keyArn = (await kms.createKey({})).KeyMetadata?.Arn;
    await create(Bucket);
    const byDefault = { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: keyArn };
    const Rules = [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }];
    await s3.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules } });
  });

  test("the headers contain the bucket's default", async () => {
    const encrypted = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyArn, BucketKeyEnabled: true };
    expect(await s3.putObject({ Bucket, Key: "encrypted", Body: "x" })).toMatchObject(encrypted);
    expect(await s3.headObject({ Bucket, Key: "encrypted" })).toMatchObject(encrypted);
  });

  test("writing requires GenerateDataKey, reading Decrypt", async () => {
    await s3.putObject({ Bucket, Key: "encrypted", Body: "x" });
    const onlyS3 = await roleWith(allow(["s3:GetObject", "s3:PutObject"], `arn:aws:s3:::${Bucket}/*`));
    await expect(onlyS3.putObject({ Bucket, Key: "a", Body: "x" })).rejects.toThrow(/kms:GenerateDataKey/);
    await expect(onlyS3.getObject({ Bucket, Key: "encrypted" })).rejects.toThrow(/kms:Decrypt/);
    const both = await roleWith(
      allow(["s3:GetObject", "s3:PutObject"], `arn:aws:s3:::${Bucket}/*`),
      allow(["kms:GenerateDataKey", "kms:Decrypt"], keyArn ?? "", {
        StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" },
      }),
    );
    await both.putObject({ Bucket, Key: "a", Body: "x" });
    await expect(both.getObject({ Bucket, Key: "a" })).resolves.toBeDefined();
  });

  test("AWS's key requires no permission", async () => {
    const writer = await roleWith(allow(["s3:GetObject", "s3:PutObject"], `arn:aws:s3:::${Bucket}/*`));
    await writer.putObject({ Bucket, Key: "aws", Body: "x", ServerSideEncryption: "aws:kms" });
    await expect(writer.getObject({ Bucket, Key: "aws" })).resolves.toBeDefined();
  });
});
