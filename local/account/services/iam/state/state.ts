import type { PolicyDocument } from "../../../host/principal";

export interface Tag {
  Key: string;
  Value: string;
}

/** A policy's text as it was given, and what it says. */
export interface StoredPolicy {
  readonly text: string;
  readonly document: PolicyDocument;
}

export interface Role {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  /** `AROA…`, the first half of `aws:userid`. */
  readonly id: string;
  readonly created: Date;
  description: string | undefined;
  /** Seconds that a session may last at most. */
  maxSessionDuration: number;
  trust: StoredPolicy;
  boundaryArn: string | undefined;
  lastUsed: { date: Date; region: string } | undefined;
  readonly inline: Map<string, StoredPolicy>;
  /** ARNs of managed policies. */
  readonly attached: Set<string>;
  tags: Map<string, string>;
}

export interface PolicyVersion extends StoredPolicy {
  readonly id: string;
  readonly created: Date;
}

export interface ManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly created: Date;
  readonly description: string | undefined;
  updated: Date;
  defaultVersion: string;
  nextVersion: number;
  readonly versions: Map<string, PolicyVersion>;
  tags: Map<string, string>;
}

/**
 * IAM of one account. Names of roles and policies ignore case when they are compared for being
 * taken.
 */
export interface IamState {
  /** The roles by lower-cased name. */
  readonly roles: Map<string, Role>;
  /** The policies by ARN. */
  readonly policies: Map<string, ManagedPolicy>;
}

export const createState = (): IamState => ({ roles: new Map(), policies: new Map() });

/** The document of the default version, which is the one that applies. */
export function defaultDocument(policy: ManagedPolicy): PolicyDocument {
  const version = policy.versions.get(policy.defaultVersion);
  if (!version) throw new Error(`${policy.arn} has no version ${policy.defaultVersion}.`);
  return version.document;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An id such as `AROA…`: the prefix shows what it names (IAM user guide, "Unique identifiers"). */
export function createUniqueId(prefix: string, random: Uint8Array): string {
  return prefix + Array.from(random, (byte) => alphabet[byte % alphabet.length]).join("");
}
