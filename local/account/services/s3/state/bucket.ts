import type { CompleteMultipartUploadOutput, LifecycleRule, ServerSideEncryption } from "@aws-sdk/client-s3";
import type { Content } from "../../../content/content";
import type { PolicyDocument } from "../../../host/principal";
import type { Caller } from "../../../host/service";
import { createStore } from "../../../host/store";
import type { Timer } from "../../../time/clock";
import { noSuchBucket, s3Fault } from "../faults";
import { isPublic } from "../public-policy";
import type { ChecksumAlgorithm, Checksums, ChecksumType } from "../request/checksums";
import type { ObjectVersion } from "./versions";

/** The encryption of objects of a bucket if a request does not name one. */
interface DefaultEncryption {
  readonly algorithm: ServerSideEncryption;
  /** As it was given: id, ARN or alias. Absent with `aws:kms`: AWS's own key for S3. */
  readonly keyId: string | undefined;
  readonly bucketKey: boolean | undefined;
  /** True if it was set; false if it is what every bucket has. */
  readonly configured: boolean;
}

export interface PublicAccessBlock {
  BlockPublicAcls: boolean;
  IgnorePublicAcls: boolean;
  BlockPublicPolicy: boolean;
  RestrictPublicBuckets: boolean;
}

export interface Part {
  readonly number: number;
  readonly body: Content;
  readonly etag: string;
  readonly checksums: Checksums;
}

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly started: Date;
  /** The object's attributes, without its body. */
  readonly attributes: ObjectAttributes;
  readonly checksumAlgorithm: ChecksumAlgorithm | undefined;
  readonly checksumType: ChecksumType | undefined;
  readonly parts: Map<number, Part>;
  /** True if the object of its key was deleted since it began. */
  keyDeleted: boolean;
}

/** The attributes of an object that a request sets, without its bytes. */
export type ObjectAttributes = Pick<
  ObjectVersion,
  | "contentType"
  | "contentEncoding"
  | "contentLanguage"
  | "contentDisposition"
  | "cacheControl"
  | "expires"
  | "metadata"
  | "storageClass"
  | "tags"
  | "encryption"
>;

export interface Bucket {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** As the creator gave it, which may be an old name of the Region. */
  readonly locationConstraint: string | undefined;
  readonly created: Date;
  /** The versions by key, newest first; a key without versions is not in the map. */
  readonly objects: Map<string, ObjectVersion[]>;
  readonly uploads: Map<string, Upload>;
  /** The answers to completions, by upload: a client that repeats one is answered the same. */
  readonly completed: Map<string, { readonly key: string; readonly answer: CompleteMultipartUploadOutput }>;
  versioning: "Enabled" | "Suspended" | undefined;
  encryption: DefaultEncryption;
  policy: { text: string; document: PolicyDocument } | undefined;
  publicAccessBlock: PublicAccessBlock | undefined;
  ownership: "BucketOwnerEnforced" | "BucketOwnerPreferred" | "ObjectWriter" | undefined;
  lifecycle:
    | {
        readonly rules: readonly LifecycleRule[];
        readonly timer: Timer;
      }
    | undefined;
  tags: Map<string, string> | undefined;
}

/**
 * Amazon S3 encrypts everything; this is the default of a new bucket and the setting after
 * DeleteBucketEncryption.
 */
export const s3Managed: DefaultEncryption = {
  algorithm: "AES256",
  keyId: undefined,
  bucketKey: undefined,
  configured: false,
};

/** The buckets of all accounts: their names share one space. */
export interface Buckets {
  readonly all: Map<string, Bucket>;
  /** Throws NoSuchBucket. */
  find(name: string | undefined): Bucket;
  /**
   * The bucket of a request, which must be the caller's: no bucket is shared across accounts here.
   * Any Region may ask; AWS redirects such a request, and clients follow without an error.
   */
  of(caller: Caller, input: { Bucket?: string | undefined; ExpectedBucketOwner?: string | undefined }): Bucket;
}

export function createBuckets(): Buckets {
  const store = createStore(() => new Map<string, Bucket>(), "partition");
  const all = store.of({ account: "", region: "" });
  const find: Buckets["find"] = (name = "") => {
    const bucket = all.get(name);
    if (!bucket) throw noSuchBucket(name);
    return bucket;
  };
  return {
    all,
    find,
    of(caller, { Bucket: name, ExpectedBucketOwner: owner }) {
      if (owner !== undefined && !/^\d{12}$/.test(owner)) {
        throw s3Fault(
          "InvalidBucketOwnerAWSAccountID",
          `The value of the expected bucket owner parameter must be an AWS Account ID... [${owner}]`,
        );
      }
      const bucket = find(name);
      // The setting refuses the public also if the policy allows it (user guide, "Blocking public
      // access").
      const closed =
        bucket.publicAccessBlock?.RestrictPublicBuckets && bucket.policy && isPublic(bucket.policy.document);
      if (caller.principal.kind === "anonymous" && closed) throw s3Fault("AccessDenied", "Access Denied");
      if (bucket.account !== caller.account || (owner !== undefined && owner !== bucket.account)) {
        throw s3Fault("AccessDenied", "Access Denied");
      }
      return bucket;
    },
  };
}
