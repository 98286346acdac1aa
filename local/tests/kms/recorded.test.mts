import { KMS } from "@aws-sdk/client-kms";
import { describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

// Recorded responses of KMS: localstack/localstack, tests/aws/services/kms/test_kms.snapshot.json.

const alias = "alias/recorded";
const account = await openAccount({ start: Date.parse("2026-03-01T10:00:00Z") });
const kms = new KMS(sdk(account));
const { KeyMetadata } = await kms.createKey({});
const key = { id: KeyMetadata?.KeyId ?? "", arn: KeyMetadata?.Arn ?? "" };
await kms.createAlias({ AliasName: alias, TargetKeyId: key.id });

describe("a key that cannot be found", () => {
  test.each([
    ["fake-key-id", "Invalid keyId 'fake-key-id'"],
    ["134f2428cec14b25a1ae9048164dba47", "Invalid keyId '134f2428cec14b25a1ae9048164dba47'"],
    [
      "134f2428-cec1-4b25-a1ae-9048164dba47",
      "Key 'arn:aws:kms:eu-west-1:000000000000:key/134f2428-cec1-4b25-a1ae-9048164dba47' does not exist",
    ],
    ["arn:aws:kms:us-west-2:000000000000:key/134f2428-cec1-4b25-a1ae-9048164dba47", "Invalid arn us-west-2"],
  ])("by %s", async (KeyId, message) => {
    // test_get_key_invalid_uuid, test_get_key_does_not_exist, test_get_key_in_different_region
    await expect(kms.describeKey({ KeyId })).rejects.toMatchObject({ name: "NotFoundException", message });
  });
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
    kms.listGrants({ KeyId: alias }),
    kms.rotateKeyOnDemand({ KeyId: alias }),
  ];
  const refused = { name: "NotFoundException", message: `Invalid keyId '${alias}'` };
  await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject(refused)));
});

test.each([
  [[{ TagKey: "aws:x", TagValue: "" }], "Tags beginning with aws: are reserved"],
  [[{ TagKey: "AWS:x", TagValue: "" }], "Tags beginning with aws: are reserved"],
  [
    [
      { TagKey: "a", TagValue: "1" },
      { TagKey: "a", TagValue: "2" },
    ],
    "Duplicate tag keys",
  ],
])("the tags %j are refused", async (Tags, message) => {
  // test_create_key_with_invalid_tag_key, test_tag_key_with_duplicate_tag_keys_raises_error
  const expected = { name: "TagException", message };
  await expect(kms.createKey({ Tags })).rejects.toMatchObject(expected);
  await expect(kms.tagResource({ KeyId: key.id, Tags })).rejects.toMatchObject(expected);
});

test("returns the requested number of random bytes", async () => {
  // test_generate_random, test_generate_random_invalid_number_of_bytes
  expect((await kms.generateRandom({ NumberOfBytes: 44 })).Plaintext).toHaveLength(44);
  await expect(kms.generateRandom({})).rejects.toMatchObject({
    name: "ValidationException",
    message: "NumberOfBytes is required.",
  });
  await expect(kms.generateRandom({ NumberOfBytes: 1025 })).rejects.toMatchObject({
    message:
      "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024",
  });
});

test("a rotation on demand is listed and changes the material", async () => {
  // test_rotate_on_demand_returns_arn_for_key_id, test_rotate_key_on_demand_modifies_key_material,
  // test_key_rotation_updates_current_key_material_id_…
  const material = async () => (await kms.describeKey({ KeyId: key.id })).KeyMetadata?.CurrentKeyMaterialId;
  const before = await material();
  expect(await kms.rotateKeyOnDemand({ KeyId: key.id })).toMatchObject({ KeyId: key.arn });
  expect(await material()).not.toBe(before);
  const { Rotations } = await kms.listKeyRotations({ KeyId: key.id });
  expect(Rotations).toMatchObject([{ RotationType: "ON_DEMAND", RotationDate: new Date("2026-03-01T10:00:00Z") }]);
});

test("a key can be rotated on demand 25 times", async () => {
  // test_key_rotations_limits
  const { KeyMetadata } = await kms.createKey({});
  const KeyId = KeyMetadata?.KeyId;
  for (let i = 0; i < 25; i++) await kms.rotateKeyOnDemand({ KeyId });
  await expect(kms.rotateKeyOnDemand({ KeyId })).rejects.toMatchObject({
    name: "LimitExceededException",
    message: `The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed for this key: ${KeyMetadata?.Arn}`,
  });
});

test("lists the aliases of AWS's keys from the start, without a key", async () => {
  // API reference, ListAliases
  const { Aliases = [] } = await kms.listAliases({});
  const own = Aliases.find(({ AliasName }) => AliasName === "alias/aws/s3");
  expect(own).toEqual({ AliasName: "alias/aws/s3", AliasArn: "arn:aws:kms:eu-west-1:000000000000:alias/aws/s3" });
  await kms.describeKey({ KeyId: "alias/aws/s3" });
  const { Aliases: used = [] } = await kms.listAliases({});
  expect(used.filter(({ AliasName }) => AliasName === "alias/aws/s3")).toMatchObject([
    { TargetKeyId: expect.any(String) },
  ]);
});

describe("encryption (test_encrypt_decrypt_encryption_context)", () => {
  const EncryptionContext = { dog: "Rex" };
  const encrypt = () => kms.encrypt({ KeyId: key.id, Plaintext: Buffer.from("text"), EncryptionContext });

  test("Decrypt names the material that it used, which DescribeKey names too", async () => {
    const { CiphertextBlob } = await encrypt();
    const { KeyMaterialId } = await kms.decrypt({ CiphertextBlob, EncryptionContext });
    const { KeyMetadata } = await kms.describeKey({ KeyId: key.id });
    expect(KeyMaterialId).toMatch(/^[0-9a-f]{64}$/);
    expect(KeyMaterialId).toBe(KeyMetadata?.CurrentKeyMaterialId);
  });

  test("another context is refused without a message", async () => {
    const { CiphertextBlob = new Uint8Array() } = await encrypt();
    const response = await fetch(account.origin, {
      method: "POST",
      headers: {
        authorization:
          "AWS4-HMAC-SHA256 Credential=000000000000/20260301/eu-west-1/kms/aws4_request, SignedHeaders=host, Signature=0",
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "TrentService.Decrypt",
      },
      body: JSON.stringify({ CiphertextBlob: Buffer.from(CiphertextBlob).toString("base64") }),
    });
    expect(await response.json()).toEqual({ __type: "InvalidCiphertextException" });
  });
});

test("GetKeyRotationStatus answers with the key's id, whatever named it (test_rotate_on_demand_returns_arn_for_key_id)", async () => {
  const { KeyId } = await kms.getKeyRotationStatus({ KeyId: key.arn });
  expect(KeyId).toBe(key.id);
});

test("an alias has no colon, although the model allows one", async () => {
  // getmoto/moto, test__create_alias__raises_if_alias_has_restricted_characters_semicolon
  const call = kms.createAlias({ AliasName: "alias/my:alias", TargetKeyId: key.id });
  await expect(call).rejects.toMatchObject({
    name: "ValidationException",
    message: "alias/my:alias contains invalid characters for an alias",
  });
});

test("the key of S3 is described as AWS does", async () => {
  // tests/aws/services/s3/test_s3_api: test_s3_bucket_encryption_sse_kms_aws_managed_key
  const { KeyMetadata } = await kms.describeKey({ KeyId: "alias/aws/s3" });
  expect(KeyMetadata?.Description).toBe("Default key that protects my S3 objects when no other key is defined");
});
