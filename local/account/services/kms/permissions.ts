import type { Tag } from "@aws-sdk/client-kms";
import { parseArn } from "../../aws/arn";
import { Fault } from "../../aws/fault";
import { onAny } from "../../host/permission";
import type { Caller, Host, Permission, Permissions } from "../../host/service";
import type { Clients } from "../../model/clients";
import { keyIdOf } from "./state/ciphertext";
import { aliasArn, keyArn, resourceTags, tagsThatCount } from "./state/key";
import type { Keyring } from "./state/keyring";

type Context = Readonly<Record<string, string>> | undefined;

/** The encryption context as condition keys. */
function contextKeys(context: Context): Record<string, string | string[]> {
  if (!context || Object.keys(context).length === 0) return {};
  return {
    "kms:EncryptionContextKeys": Object.keys(context),
    ...Object.fromEntries(Object.entries(context).map(([key, value]) => [`kms:EncryptionContext:${key}`, value])),
  };
}

/** The tags of a request as condition keys. */
function requestTags(tags: readonly Tag[] = []): Record<string, string | string[]> {
  if (tags.length === 0) return {};
  return {
    "aws:TagKeys": tags.map(({ TagKey = "" }) => TagKey),
    ...Object.fromEntries(tags.map(({ TagKey, TagValue = "" }) => [`aws:RequestTag/${TagKey}`, TagValue])),
  };
}

/** Actions and resources of KMS, as the Service Authorization Reference lists them. */
export function kmsPermissions(host: Host, ring: Keyring) {
  const targets = createTargets(host, ring);
  return { ...keyPermissions(targets), ...cryptographyPermissions(targets), ...aliasPermissions(targets) };
}

/** Finds the resources of a request. */
function createTargets(host: Host, ring: Keyring) {
  /** Permissions are checked on the key, also if the request has an alias. */
  const resourceOf = (call: Caller, keyId: string | undefined) =>
    ring.find(call, keyId)?.arn ?? (keyId?.startsWith("arn:") ? keyId : keyArn(call, keyId ?? ""));

  const tagsOf = (call: Caller, keyId: string | undefined) => {
    const key = ring.find(call, keyId);
    return key ? resourceTags(tagsThatCount(key, host.clock.now())) : {};
  };

  const onKey =
    (operation: string) =>
    (
      input: { KeyId?: string | undefined; EncryptionContext?: Record<string, string> | undefined },
      call: Caller,
    ): Permission[] => [
      {
        action: `kms:${operation}`,
        resource: resourceOf(call, input.KeyId),
        context: { ...contextKeys(input.EncryptionContext), ...tagsOf(call, input.KeyId) },
      },
    ];

  /**
   * Operations that no policy opens to another account (KMS guide, "Permissions reference":
   * "Cross-account use: No").
   */
  const onOwnKey =
    (operation: string) =>
    (input: { KeyId?: string | undefined }, call: Caller): Permission[] => {
      refuseForeign(call, operation, resourceOf(call, input.KeyId));
      return onKey(operation)(input, call);
    };

  const onAlias =
    (operation: string) =>
    (input: { AliasName?: string | undefined; TargetKeyId?: string | undefined }, call: Caller): Permission[] => {
      const action = `kms:${operation}`;
      if (input.TargetKeyId !== undefined) refuseForeign(call, operation, resourceOf(call, input.TargetKeyId));
      const keyId = input.TargetKeyId ?? ring.state(call).aliases.get(input.AliasName ?? "")?.keyId;
      return [
        { action, resource: aliasArn(call, input.AliasName ?? "") },
        ...(keyId === undefined ? [] : [{ action, resource: resourceOf(call, keyId), context: tagsOf(call, keyId) }]),
      ];
    };

  const sourceOf = (call: Caller, blob: Uint8Array | undefined, named: string | undefined) =>
    resourceOf(call, named ?? (blob && keyIdOf(blob)));

  return { resourceOf, sourceOf, tagsOf, onKey, onOwnKey, onAlias };
}

type Targets = ReturnType<typeof createTargets>;

function keyPermissions({ resourceOf, tagsOf, onKey, onOwnKey }: Targets) {
  const onTags = (operation: string) => {
    const onTagged = onOwnKey(operation);
    return (
      input: { KeyId?: string | undefined; Tags?: Tag[] | undefined; TagKeys?: string[] | undefined },
      call: Caller,
    ) => {
      const asked = { ...requestTags(input.Tags), ...(input.TagKeys && { "aws:TagKeys": input.TagKeys }) };
      return onTagged(input, call).map((needed) => ({ ...needed, context: { ...needed.context, ...asked } }));
    };
  };
  return {
    DescribeKey: onKey("DescribeKey"),
    UpdateKeyDescription: onOwnKey("UpdateKeyDescription"),
    GetKeyPolicy: onOwnKey("GetKeyPolicy"),
    PutKeyPolicy: onOwnKey("PutKeyPolicy"),
    EnableKeyRotation: onOwnKey("EnableKeyRotation"),
    DisableKeyRotation: onOwnKey("DisableKeyRotation"),
    GetKeyRotationStatus: onKey("GetKeyRotationStatus"),
    ScheduleKeyDeletion: onOwnKey("ScheduleKeyDeletion"),
    TagResource: onTags("TagResource"),
    UntagResource: onTags("UntagResource"),
    ListResourceTags: onOwnKey("ListResourceTags"),
    CreateGrant: (input, call) => [
      {
        action: "kms:CreateGrant",
        resource: resourceOf(call, input.KeyId),
        context: { "kms:GrantIsForAWSResource": String(call.via !== undefined), ...tagsOf(call, input.KeyId) },
      },
    ],
    // Tags need "permission in an IAM policy that isn't restricted to particular KMS keys" (guide,
    // "Controlling access to tags"): there is no key yet.
    CreateKey: ({ Tags = [] }) =>
      ["kms:CreateKey", ...(Tags.length > 0 ? ["kms:TagResource"] : [])].map((action) => ({
        action,
        resource: "*",
        context: requestTags(Tags),
      })),
    ListKeys: onAny("kms:ListKeys"),
  } satisfies Partial<Permissions<Clients["kms"]>>;
}

function cryptographyPermissions({ sourceOf, tagsOf, onKey }: Targets) {
  return {
    Encrypt: onKey("Encrypt"),
    GenerateDataKey: onKey("GenerateDataKey"),
    Decrypt: (input, call) => [
      {
        action: "kms:Decrypt",
        resource: sourceOf(call, input.CiphertextBlob, input.KeyId),
        context: {
          ...contextKeys(input.EncryptionContext),
          ...tagsOf(call, sourceOf(call, input.CiphertextBlob, input.KeyId)),
        },
      },
    ],
  } satisfies Partial<Permissions<Clients["kms"]>>;
}

const aliasPermissions = ({ onAlias }: Targets) =>
  ({
    CreateAlias: onAlias("CreateAlias"),
    UpdateAlias: onAlias("UpdateAlias"),
    DeleteAlias: onAlias("DeleteAlias"),
    ListAliases: onAny("kms:ListAliases"),
  }) satisfies Partial<Permissions<Clients["kms"]>>;

function refuseForeign(call: Caller, operation: string, arn: string): void {
  const account = parseArn(arn)?.account;
  if (account === undefined || account === call.account) return;
  const who = call.principal.kind === "service" ? call.principal.service : call.principal.arn;
  throw new Fault("AccessDenied", `User: ${who} is not authorized to perform: kms:${operation} on resource: ${arn}`);
}
