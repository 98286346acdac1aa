import type { KeyMetadata } from "@aws-sdk/client-kms";
import { arnIn, type Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { PolicyDocument } from "../../../host/principal";

export interface Grant {
  readonly id: string;
  readonly token: string;
  readonly name: string | undefined;
  readonly grantee: string;
  readonly retiring: string | undefined;
  readonly operations: readonly string[];
  /** The encryption context must contain these pairs. */
  readonly contextSubset: Readonly<Record<string, string>> | undefined;
  /** The encryption context must be exactly these pairs. */
  readonly contextEquals: Readonly<Record<string, string>> | undefined;
}

export interface Key {
  readonly id: string;
  readonly arn: string;
  readonly account: string;
  /** Created by AWS on first use of `alias/aws/…`: only the service's callers use it. */
  readonly awsManaged: boolean;
  readonly created: Date;
  /** 32 bytes. */
  readonly material: Buffer;
  readonly grants: Map<string, Grant>;
  description: string;
  policy: { text: string; document: PolicyDocument };
  rotation: { readonly days: number; readonly since: number } | undefined;
  deletion: Date | undefined;
  tags: Map<string, string>;
  /** The tags that decide permissions until a change counts. */
  countedTags?: { readonly tags: ReadonlyMap<string, string>; readonly until: number };
}

/**
 * "It might take up to five minutes for tag and alias changes to affect KMS key authorization"
 * (guide, "ABAC for AWS KMS").
 */
const tagDelay = 5 * 60_000;

/** Changes a key's tags, which are shown at once and decide permissions later. */
export function changeTags(key: Key, now: number, change: (tags: Map<string, string>) => void): void {
  const tags = new Map(tagsThatCount(key, now));
  change(key.tags);
  key.countedTags = { tags, until: now + tagDelay };
}

/** The tags of a key that decide permissions at a time. */
export const tagsThatCount = ({ tags, countedTags }: Key, now: number): ReadonlyMap<string, string> =>
  countedTags !== undefined && now < countedTags.until ? countedTags.tags : tags;

/** Tags as condition keys. */
export const resourceTags = (tags: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries(Array.from(tags, ([key, value]) => [`aws:ResourceTag/${key}`, value]));

export interface Alias {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  updated: Date;
  keyId: string;
}

export const keyArn = (scope: Scope, id: string) => arnIn(scope, "kms", `key/${id}`);

/** `name` has the prefix `alias/`. */
export const aliasArn = (scope: Scope, name: string) => arnIn(scope, "kms", name);

export interface KmsState {
  readonly keys: Map<string, Key>;
  readonly aliases: Map<string, Alias>;
}

export const stateOf = (key: Key) => (key.deletion ? "PendingDeletion" : "Enabled");

export function metadataOf(key: Key): KeyMetadata {
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.created,
    Enabled: stateOf(key) === "Enabled",
    Description: key.description,
    KeyUsage: "ENCRYPT_DECRYPT",
    KeyState: stateOf(key),
    ...(key.deletion ? { DeletionDate: key.deletion } : {}),
    Origin: "AWS_KMS",
    KeyManager: key.awsManaged ? "AWS" : "CUSTOMER",
    CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
    KeySpec: "SYMMETRIC_DEFAULT",
    EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
    MultiRegion: false,
  };
}

/** Refuses a key that is about to be deleted: it may be neither used nor changed any more. */
export function requireAlive(key: Key): void {
  if (key.deletion) throw new Fault("KMSInvalidStateException", `${key.arn} is pending deletion.`);
}

export const notFound = (what: string) => new Fault("NotFoundException", what);
