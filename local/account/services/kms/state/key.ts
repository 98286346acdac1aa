import { createHash } from "node:crypto";
import type { KeyMetadata } from "@aws-sdk/client-kms";
import { arnIn, type Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { PolicyDocument } from "../../../host/principal";
import type { Timer } from "../../../time/clock";

export interface Grant {
  readonly id: string;
  readonly token: string;
  readonly name: string | undefined;
  readonly grantee: string;
  readonly retiring: string | undefined;
  readonly issuer: string;
  readonly operations: readonly string[];
  readonly created: Date;
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
  /** 32 bytes each; the newest encrypts, all decrypt. */
  readonly materials: Buffer[];
  /** The creation of each material but the first. */
  readonly rotations: { readonly date: Date; readonly type: "AUTOMATIC" | "ON_DEMAND" }[];
  readonly grants: Map<string, Grant>;
  description: string;
  enabled: boolean;
  policy: { text: string; document: PolicyDocument };
  rotation: { readonly days: number; next: number; timer: Timer } | undefined;
  deletion: { readonly date: Date; readonly timer: Timer } | undefined;
  tags: Map<string, string>;
}

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

export function stateOf(key: Key): "Enabled" | "Disabled" | "PendingDeletion" {
  if (key.deletion) return "PendingDeletion";
  return key.enabled ? "Enabled" : "Disabled";
}

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
    ...(key.deletion ? { DeletionDate: key.deletion.date } : {}),
    Origin: "AWS_KMS",
    KeyManager: key.awsManaged ? "AWS" : "CUSTOMER",
    CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
    KeySpec: "SYMMETRIC_DEFAULT",
    EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
    MultiRegion: false,
    CurrentKeyMaterialId: materialId(key, key.materials.length - 1),
  };
}

export const materialId = (key: Key, index: number) =>
  createHash("sha256")
    .update(`${key.id} ${index + 1}`)
    .digest("hex");

/** Refuses a key that is disabled or about to be deleted, as every cryptographic operation does. */
export function requireUsable(key: Key): void {
  if (key.deletion) throw invalidState(`${key.arn} is pending deletion.`);
  if (!key.enabled) throw new Fault("DisabledException", `${key.arn} is disabled.`);
}

/** Refuses a key that is about to be deleted: it may not be changed any more. */
export function requireAlive(key: Key): void {
  if (key.deletion) throw invalidState(`${key.arn} is pending deletion.`);
}

export const invalidState = (message: string) => new Fault("KMSInvalidStateException", message);
export const notFound = (what: string) => new Fault("NotFoundException", what);
