import { parseArn } from "../../endpoint/arn";
import type { Clients } from "../../endpoint/clients";
import { Fault } from "../../endpoint/fault";
import { onAny } from "../../endpoint/permission";
import type { Caller, Permission, Permissions } from "../../endpoint/service";
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
export function kmsPermissions(ring: Keyring) {
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

  /**
   * Operations that no policy opens to another account (KMS guide, "Permissions reference": "Cross-account use: No").
   */
  const onOwnKey =
    (operation: string) =>
    (input: { KeyId?: string | undefined }, call: Caller): Permission[] => {
      refuseForeign(call, operation, keyArn(call, input.KeyId));
      return onKey(operation)(input, call);
    };

  const onAlias =
    (operation: string) =>
    (input: { AliasName?: string | undefined; TargetKeyId?: string | undefined }, call: Caller): Permission[] => {
      const action = `kms:${operation}`;
      if (input.TargetKeyId !== undefined) refuseForeign(call, operation, keyArn(call, input.TargetKeyId));
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
    UpdateKeyDescription: onOwnKey("UpdateKeyDescription"),
    GetKeyPolicy: onOwnKey("GetKeyPolicy"),
    PutKeyPolicy: onOwnKey("PutKeyPolicy"),
    ListKeyPolicies: onOwnKey("ListKeyPolicies"),
    EnableKey: onOwnKey("EnableKey"),
    DisableKey: onOwnKey("DisableKey"),
    EnableKeyRotation: onOwnKey("EnableKeyRotation"),
    DisableKeyRotation: onOwnKey("DisableKeyRotation"),
    GetKeyRotationStatus: onKey("GetKeyRotationStatus"),
    RotateKeyOnDemand: onOwnKey("RotateKeyOnDemand"),
    ListKeyRotations: onOwnKey("ListKeyRotations"),
    ScheduleKeyDeletion: onOwnKey("ScheduleKeyDeletion"),
    CancelKeyDeletion: onOwnKey("CancelKeyDeletion"),
    TagResource: onOwnKey("TagResource"),
    UntagResource: onOwnKey("UntagResource"),
    ListResourceTags: onOwnKey("ListResourceTags"),
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
    CreateKey: onAny("kms:CreateKey"),
    ListKeys: onAny("kms:ListKeys"),
    ListAliases: onAny("kms:ListAliases"),
    GenerateRandom: onAny("kms:GenerateRandom"),
  } satisfies Partial<Permissions<Clients["kms"]>>;
}

function refuseForeign(call: Caller, operation: string, arn: string): void {
  const account = parseArn(arn)?.account;
  if (account === undefined || account === call.account) return;
  const who = call.principal.kind === "service" ? call.principal.service : call.principal.arn;
  throw new Fault("AccessDenied", `User: ${who} is not authorized to perform: kms:${operation} on resource: ${arn}`);
}
