import type { Caller, Clients, Permission, Permissions } from "../../endpoint/service";
import { aliasArn } from "./aliases";
import { keyIdOf } from "./key";
import type { Keyring } from "./keyring";

type Context = Readonly<Record<string, string>> | undefined;

/** The encryption context as condition keys. */
function contextKeys(context: Context): Record<string, string | string[]> {
  if (!context || Object.keys(context).length === 0) return {};
  return {
    "kms:EncryptionContextKeys": Object.keys(context),
    ...Object.fromEntries(Object.entries(context).map(([key, value]) => [`kms:EncryptionContext:${key}`, value])),
  };
}

/** Actions and resources of KMS, as the Service Authorization Reference lists them. */
export function kmsPermissions(ring: Keyring): Permissions<Clients["kms"]> {
  /** Permissions are checked on the key, by whichever name it was asked for. */
  const keyArn = (call: Caller, keyId: string | undefined) =>
    ring.find(call, keyId)?.arn ??
    (keyId?.startsWith("arn:") ? keyId : `arn:aws:kms:${call.region}:${call.account}:key/${keyId ?? ""}`);

  const onKey =
    (operation: string) =>
    (
      input: { KeyId?: string | undefined; EncryptionContext?: Record<string, string> | undefined },
      call: Caller,
    ): Permission[] => [
      {
        action: `kms:${operation}`,
        resource: keyArn(call, input.KeyId),
        context: contextKeys(input.EncryptionContext),
      },
    ];

  const onAlias =
    (operation: string) =>
    (input: { AliasName?: string | undefined; TargetKeyId?: string | undefined }, call: Caller): Permission[] => {
      const action = `kms:${operation}`;
      const keyId = input.TargetKeyId ?? ring.state(call).aliases.get(input.AliasName ?? "")?.keyId;
      return [
        { action, resource: aliasArn(call, input.AliasName) },
        ...(keyId === undefined ? [] : [{ action, resource: keyArn(call, keyId) }]),
      ];
    };

  const source = (call: Caller, blob: Uint8Array | undefined, named: string | undefined) =>
    keyArn(call, named ?? (blob && keyIdOf(blob)));

  return {
    DescribeKey: onKey("DescribeKey"),
    UpdateKeyDescription: onKey("UpdateKeyDescription"),
    GetKeyPolicy: onKey("GetKeyPolicy"),
    PutKeyPolicy: onKey("PutKeyPolicy"),
    ListKeyPolicies: onKey("ListKeyPolicies"),
    EnableKey: onKey("EnableKey"),
    DisableKey: onKey("DisableKey"),
    EnableKeyRotation: onKey("EnableKeyRotation"),
    DisableKeyRotation: onKey("DisableKeyRotation"),
    GetKeyRotationStatus: onKey("GetKeyRotationStatus"),
    ScheduleKeyDeletion: onKey("ScheduleKeyDeletion"),
    CancelKeyDeletion: onKey("CancelKeyDeletion"),
    TagResource: onKey("TagResource"),
    UntagResource: onKey("UntagResource"),
    ListResourceTags: onKey("ListResourceTags"),
    Encrypt: onKey("Encrypt"),
    GenerateDataKey: onKey("GenerateDataKey"),
    GenerateDataKeyWithoutPlaintext: onKey("GenerateDataKeyWithoutPlaintext"),
    Decrypt: (input, call) => [
      {
        action: "kms:Decrypt",
        resource: source(call, input.CiphertextBlob, input.KeyId),
        context: contextKeys(input.EncryptionContext),
      },
    ],
    ReEncrypt: (input, call) => [
      {
        action: "kms:ReEncryptFrom",
        resource: source(call, input.CiphertextBlob, input.SourceKeyId),
        context: contextKeys(input.SourceEncryptionContext),
      },
      {
        action: "kms:ReEncryptTo",
        resource: keyArn(call, input.DestinationKeyId),
        context: contextKeys(input.DestinationEncryptionContext),
      },
    ],
    CreateGrant: (input, call) => [
      {
        action: "kms:CreateGrant",
        resource: keyArn(call, input.KeyId),
        context: { "kms:GrantIsForAWSResource": String(call.via !== undefined) },
      },
    ],
    ListGrants: onKey("ListGrants"),
    RevokeGrant: onKey("RevokeGrant"),
    CreateAlias: onAlias("CreateAlias"),
    UpdateAlias: onAlias("UpdateAlias"),
    DeleteAlias: onAlias("DeleteAlias"),
  };
}
