import { KMS } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk, signedFor } from "../support/aws.ts";

// Recorded responses of KMS: localstack/localstack, tests/aws/services/kms/test_kms.snapshot.json.

const alias = "alias/recorded";
const account = await openAccount({ start: Date.parse("2026-03-01T10:00:00Z") });
const kms = new KMS(sdk(account));
const { KeyMetadata } = await kms.createKey({});
const key = { id: KeyMetadata?.KeyId ?? "", arn: KeyMetadata?.Arn ?? "" };
await kms.createAlias({ AliasName: alias, TargetKeyId: key.id });

test.each([
  "fake-key-id",
  "134f2428-cec1-4b25-a1ae-9048164dba47",
  "arn:aws:kms:us-west-2:000000000000:key/134f2428-cec1-4b25-a1ae-9048164dba47",
  "alias/none",
])("the key %s is not found", async (KeyId) => {
  // test_get_key_invalid_uuid, test_get_key_does_not_exist, test_get_key_in_different_region
  await expect(kms.describeKey({ KeyId })).rejects.toMatchObject({ name: "NotFoundException" });
});

test("accepts an alias to use a key, but not to manage it", async () => {
  // API reference: these operations take "the key ID or key ARN of the KMS key".
  await kms.encrypt({ KeyId: alias, Plaintext: new Uint8Array([1]) });
  await kms.describeKey({ KeyId: alias });
  const calls = [
    kms.scheduleKeyDeletion({ KeyId: alias }),
    kms.getKeyPolicy({ KeyId: alias }),
    kms.tagResource({ KeyId: alias, Tags: [{ TagKey: "a", TagValue: "b" }] }),
    kms.listResourceTags({ KeyId: alias }),
  ];
  const refused = { name: "NotFoundException" };
  await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject(refused)));
});

const EncryptionContext = { dog: "Rex" };
const encrypt = () => kms.encrypt({ KeyId: key.id, Plaintext: Buffer.from("text"), EncryptionContext });

test("another context is refused without a message (test_encrypt_decrypt_encryption_context)", async () => {
  const { CiphertextBlob = new Uint8Array() } = await encrypt();
  const response = await fetch(account.origin, {
    method: "POST",
    headers: {
      ...signedFor("kms"),
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "TrentService.Decrypt",
    },
    body: JSON.stringify({ CiphertextBlob: Buffer.from(CiphertextBlob).toString("base64") }),
  });
  expect(await response.json()).toEqual({ __type: "InvalidCiphertextException" });
});

test("the key of S3 is described as AWS does", async () => {
  // tests/aws/services/s3/test_s3_api: test_s3_bucket_encryption_sse_kms_aws_managed_key
  const { KeyMetadata } = await kms.describeKey({ KeyId: "alias/aws/s3" });
  expect(KeyMetadata?.Description).toBe("Default key that protects my S3 objects when no other key is defined");
});
