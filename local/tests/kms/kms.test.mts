import { type CreateKeyCommandInput, KMS } from "@aws-sdk/client-kms";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { createRole, policyOf, sessionWith } from "../support/roles.ts";

const owner = "000000000000";
const roleArn = `arn:aws:iam::${owner}:role/worker`;
const day = 86_400_000;
const text = (value: Uint8Array | undefined) => Buffer.from(value ?? []).toString();
const bytes = (value: string) => new Uint8Array(Buffer.from(value));

const account = await openAccount();
const kms = new KMS(sdk(account));
await createRole(account, "worker", "lambda.amazonaws.com", [{ Action: "kms:Decrypt", Resource: "*" }]);
const worker = new KMS(
  sdk(account, account.host.assumeRole("lambda.amazonaws.com", roleArn, { sessionName: "w", region: "eu-west-1" })),
);

const policy = (...Statement: object[]) => policyOf(Statement);
const rootStatement = {
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${owner}:root` },
  Action: "kms:*",
  Resource: "*",
};
const createKey = async (input: Partial<CreateKeyCommandInput> = {}) => {
  const { KeyMetadata } = await kms.createKey(input);
  return { id: KeyMetadata?.KeyId ?? "", arn: KeyMetadata?.Arn ?? "" };
};
const encrypt = async (KeyId: string, value: string, EncryptionContext?: Record<string, string>) =>
  (await kms.encrypt({ KeyId, Plaintext: bytes(value), EncryptionContext })).CiphertextBlob;

describe("encryption", () => {
  test("decrypts every ciphertext under the same context", async () => {
    const { id, arn } = await createKey();
    const context = fc.dictionary(fc.string({ minLength: 1, maxLength: 10 }), fc.string({ maxLength: 10 }), {
      maxKeys: 4,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        context,
        async (Plaintext, EncryptionContext) => {
          const { CiphertextBlob } = await kms.encrypt({ KeyId: id, Plaintext, EncryptionContext });
          const reversed = Object.fromEntries(Object.entries(EncryptionContext).reverse());
          const opened = await kms.decrypt({ CiphertextBlob, EncryptionContext: reversed });
          expect(opened.KeyId).toBe(arn);
          expect(Buffer.from(opened.Plaintext ?? []).equals(Plaintext)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  test("refuses to decrypt with another context, changed bytes or other bytes", async () => {
    const { id } = await createKey();
    const sealed = await encrypt(id, "secret", { stream: "pets" });
    const changed = new Uint8Array(sealed ?? []);
    changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1;
    const attempts = [
      { CiphertextBlob: sealed, EncryptionContext: { stream: "cats" } },
      { CiphertextBlob: sealed },
      { CiphertextBlob: changed, EncryptionContext: { stream: "pets" } },
      { CiphertextBlob: bytes("something else entirely, of some length at least") },
    ];
    for (const attempt of attempts) {
      await expect(kms.decrypt(attempt)).rejects.toMatchObject({ name: "InvalidCiphertextException" });
    }
  });

  test("decrypting with another key is an IncorrectKeyException", async () => {
    const one = await createKey();
    const two = await createKey();
    const CiphertextBlob = await encrypt(one.id, "secret");
    await expect(kms.decrypt({ CiphertextBlob, KeyId: two.id })).rejects.toMatchObject({
      name: "IncorrectKeyException",
    });
  });

  test("decrypts a data key", async () => {
    const one = await createKey();
    const made = await kms.generateDataKey({ KeyId: one.id, KeySpec: "AES_256" });
    expect(made.Plaintext).toHaveLength(32);
    const opened = await kms.decrypt({ CiphertextBlob: made.CiphertextBlob });
    expect(opened.Plaintext).toEqual(made.Plaintext);
  });
});

describe("states", () => {
  test("refuses to use a key that is scheduled for deletion, and deletes it after its waiting period", async () => {
    const { id } = await createKey();
    await kms.createAlias({ AliasName: "alias/doomed", TargetKeyId: id });
    await kms.scheduleKeyDeletion({ KeyId: id, PendingWindowInDays: 7 });
    await expect(encrypt(id, "x")).rejects.toMatchObject({ name: "KMSInvalidStateException" });
    await account.clock.advance(7 * day - 1);
    await expect(kms.describeKey({ KeyId: id })).resolves.toMatchObject({
      KeyMetadata: { KeyState: "PendingDeletion", Enabled: false },
    });
    await account.clock.advance(1);
    await expect(kms.describeKey({ KeyId: id })).rejects.toMatchObject({ name: "NotFoundException" });
    await expect(kms.describeKey({ KeyId: "alias/doomed" })).rejects.toMatchObject({ name: "NotFoundException" });
  });

  test("the next rotation of a key comes after its period", async () => {
    const { id } = await createKey();
    await kms.enableKeyRotation({ KeyId: id, RotationPeriodInDays: 90 });
    const status = await kms.getKeyRotationStatus({ KeyId: id });
    expect(status).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 90 });
    await account.clock.advance(91 * day);
    const next = await kms.getKeyRotationStatus({ KeyId: id });
    expect(next.NextRotationDate?.getTime()).toBe((status.NextRotationDate?.getTime() ?? 0) + 90 * day);
  });
});

describe("aliases", () => {
  test("an alias can be changed to another key", async () => {
    const one = await createKey();
    const two = await createKey();
    const AliasName = "alias/moving";
    await kms.createAlias({ AliasName, TargetKeyId: one.id });
    await expect(kms.createAlias({ AliasName, TargetKeyId: two.id })).rejects.toMatchObject({
      name: "AlreadyExistsException",
    });
    await kms.updateAlias({ AliasName, TargetKeyId: two.id });
    const { KeyMetadata } = await kms.describeKey({ KeyId: `arn:aws:kms:eu-west-1:${owner}:${AliasName}` });
    expect(KeyMetadata?.Arn).toBe(two.arn);
    const { Aliases } = await kms.listAliases({ KeyId: two.id });
    expect(Aliases?.map(({ AliasName: name }) => name)).toEqual([AliasName]);
    await kms.deleteAlias({ AliasName });
    await expect(kms.describeKey({ KeyId: AliasName })).rejects.toMatchObject({ name: "NotFoundException" });
  });

  test("creates keys of AWS on demand, which cannot be used directly", async () => {
    const { KeyMetadata } = await kms.describeKey({ KeyId: "alias/aws/s3" });
    expect(KeyMetadata).toMatchObject({ KeyManager: "AWS", KeyState: "Enabled" });
    await expect(encrypt("alias/aws/s3", "x")).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});

describe("permissions to use a key", () => {
  test("a key without a policy is used by the permissions of IAM", async () => {
    const { id } = await createKey();
    const CiphertextBlob = await encrypt(id, "secret");
    expect(text((await worker.decrypt({ CiphertextBlob })).Plaintext)).toBe("secret");
    await expect(worker.generateDataKey({ KeyId: id, KeySpec: "AES_256" })).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });

  test("identity policies have no effect if the key policy does not delegate", async () => {
    const { id } = await createKey();
    const CiphertextBlob = await encrypt(id, "secret");
    const Policy = policy({ ...rootStatement, Action: "kms:Put*" });
    await kms.putKeyPolicy({ KeyId: id, Policy });
    await expect(worker.decrypt({ CiphertextBlob })).rejects.toThrow(
      /because no resource-based policy allows the kms:Decrypt action/,
    );
    await expect(kms.describeKey({ KeyId: id })).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  test("refuses a policy that locks out its writer, except with BypassPolicyLockoutSafetyCheck", async () => {
    const { id } = await createKey();
    const Policy = policy({ Effect: "Allow", Principal: { AWS: roleArn }, Action: "kms:*", Resource: "*" });
    await expect(kms.putKeyPolicy({ KeyId: id, Policy })).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
    });
    await expect(kms.getKeyPolicy({ KeyId: id })).resolves.toBeDefined();
    await kms.putKeyPolicy({ KeyId: id, Policy, BypassPolicyLockoutSafetyCheck: true });
    await expect(kms.getKeyPolicy({ KeyId: id })).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  // aws-solutions/innovation-sandbox-on-aws#31; aws-samples/rds-snapshot-export-to-s3-pipeline#8.
  test.each([
    ["no right to put a policy", []],
    [
      "a Deny for keys without a tag, which a new key's tags do not lift yet",
      [
        { Action: "kms:PutKeyPolicy", Resource: "*" },
        {
          Effect: "Deny",
          Action: "kms:PutKeyPolicy",
          Resource: "*",
          Condition: { StringNotEquals: { "aws:ResourceTag/team": "pets" } },
        },
      ],
    ],
  ])("a key that leaves its policy to IAM counts as locked for a creator with %s", async (reason, statements) => {
    const name = `creator-${reason.length}`;
    const rights = [{ Action: ["kms:CreateKey", "kms:TagResource"], Resource: "*" }, ...statements];
    const creator = new KMS(sdk(account, await sessionWith(account, name, rights)));
    const request = { Policy: policy(rootStatement), Tags: [{ TagKey: "team", TagValue: "pets" }] };
    await expect(creator.createKey(request)).rejects.toMatchObject({ name: "MalformedPolicyDocumentException" });
    await expect(creator.createKey({ ...request, BypassPolicyLockoutSafetyCheck: true })).resolves.toBeDefined();
  });

  test("a grant allows one operation under one context", async () => {
    const { id } = await createKey();
    await kms.createGrant({
      KeyId: id,
      GranteePrincipal: roleArn,
      Operations: ["GenerateDataKey"],
      Constraints: { EncryptionContextSubset: { table: "pets" } },
    });
    const use = (EncryptionContext: Record<string, string>) =>
      worker.generateDataKey({ KeyId: id, KeySpec: "AES_256", EncryptionContext });
    await expect(use({ table: "pets", row: "1" })).resolves.toBeDefined();
    await expect(use({ table: "cats" })).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});

describe("permissions by tags", () => {
  const pets = { StringEquals: { "aws:ResourceTag/team": "pets" } };
  const asksForPets = { StringEquals: { "aws:RequestTag/team": "pets" } };
  const createTagger = async (name: string) =>
    new KMS(
      sdk(
        account,
        await sessionWith(account, name, [
          { Action: ["kms:CreateKey", "kms:TagResource"], Resource: "*", Condition: asksForPets },
          { Action: "kms:ScheduleKeyDeletion", Resource: "*", Condition: pets },
        ]),
      ),
    );
  const team = (TagValue: string) => ({ Tags: [{ TagKey: "team", TagValue }] });
  const denied = { name: "AccessDeniedException" };

  // Guide, "Creating keys" and "Controlling access to tags".
  test("a key is created with the right to create keys and to set these tags, and nothing else", async () => {
    const tagger = await createTagger("creates");
    await expect(tagger.createKey(team("pets"))).resolves.toBeDefined();
    await expect(tagger.createKey(team("cats"))).rejects.toMatchObject(denied);
    await expect(tagger.createKey({})).rejects.toMatchObject(denied);
  });

  // Guide, "ABAC for AWS KMS".
  test("a change of tags is shown at once and counts five minutes later", async () => {
    const tagger = await createTagger("deletes");
    const { KeyMetadata } = await tagger.createKey(team("pets"));
    const KeyId = KeyMetadata?.KeyId;
    expect((await kms.listResourceTags({ KeyId })).Tags).toHaveLength(1);
    await expect(tagger.scheduleKeyDeletion({ KeyId })).rejects.toMatchObject(denied);
    await account.clock.advance(5 * 60_000);
    await kms.untagResource({ KeyId, TagKeys: ["team"] });
    await expect(tagger.scheduleKeyDeletion({ KeyId })).resolves.toBeDefined();
  });
});

test("asymmetric keys return 501", async () => {
  await expect(createKey({ KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" })).rejects.toMatchObject({
    name: "NotImplemented",
    $metadata: { httpStatusCode: 501 },
  });
});
