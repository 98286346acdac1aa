import { bucketArn, objectArn } from "../../aws/arn";
import type { Permission, Permissions } from "../../host/service";
import type { Clients } from "../../model/clients";
import { deleteAction } from "./operations/object-deletion";
import { readCopySource } from "./request/copy-source";
import type { Buckets } from "./state/bucket";

interface OnBucket {
  Bucket?: string | undefined;
}
interface OnObject extends OnBucket {
  Key?: string | undefined;
  VersionId?: string | undefined;
}
interface Listing extends OnBucket {
  Prefix?: string | undefined;
  Delimiter?: string | undefined;
  MaxKeys?: number | undefined;
}
interface Write extends OnObject {
  ACL?: string | undefined;
  ServerSideEncryption?: string | undefined;
  SSEKMSKeyId?: string | undefined;
  Tagging?: string | undefined;
  CopySource?: string | undefined;
}

/** Condition keys that come from a request's members; an absent member gives no key. */
const context = (keys: Record<string, string | number | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(keys)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, String(value)]),
  );

/**
 * S3's actions have other names than its operations (Service Authorization Reference, and the user
 * guide's "Required permissions for Amazon S3 API operations"). A missing bucket is reported before
 * permissions are checked.
 */
export function s3Permissions(buckets: Buckets) {
  const targets = createTargets(buckets);
  return {
    ...bucketPermissions(targets),
    ...objectPermissions(buckets, targets),
    ...settingPermissions(targets),
    ...unsetPermissions(targets),
  };
}

/** Finds the resources of a request. */
function createTargets(buckets: Buckets) {
  const onBucket =
    (action: string) =>
    ({ Bucket: name }: OnBucket): Permission[] => [{ action, resource: bucketArn(buckets.find(name).name) }];

  const onList =
    (action: string) =>
    ({ Bucket: name, Prefix, Delimiter, MaxKeys }: Listing): Permission[] => [
      {
        action,
        resource: bucketArn(buckets.find(name).name),
        context: context({ "s3:prefix": Prefix, "s3:delimiter": Delimiter, "s3:max-keys": MaxKeys }),
      },
    ];

  const onObject =
    (action: string, versioned: string) =>
    ({ Bucket: name, Key, VersionId }: OnObject): Permission[] => [
      {
        action: VersionId === undefined ? action : versioned,
        resource: objectArn(buckets.find(name).name, Key),
        context: context({ "s3:versionid": VersionId }),
      },
    ];

  const onWrite = (input: Write): Permission[] => {
    const resource = objectArn(buckets.find(input.Bucket).name, input.Key);
    const keys = context({
      "s3:x-amz-acl": input.ACL,
      "s3:x-amz-copy-source": input.CopySource,
      "s3:x-amz-server-side-encryption": input.ServerSideEncryption,
      "s3:x-amz-server-side-encryption-aws-kms-key-id": input.SSEKMSKeyId,
    });
    return [
      { action: "s3:PutObject", resource, context: keys },
      ...(input.Tagging === undefined ? [] : [{ action: "s3:PutObjectTagging", resource }]),
    ];
  };

  const onCopy = (input: Write): Permission[] => {
    const from = readCopySource(input.CopySource);
    const resource = objectArn(buckets.find(from.bucket).name, from.key);
    const action = from.versionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion";
    return [{ action, resource, context: context({ "s3:versionid": from.versionId }) }, ...onWrite(input)];
  };

  return { onBucket, onList, onObject, onWrite, onCopy };
}

type Targets = ReturnType<typeof createTargets>;

function bucketPermissions({ onBucket, onList }: Targets) {
  return {
    // Tags in the request need a second permission (API reference, CreateBucket).
    CreateBucket: ({ Bucket: name, CreateBucketConfiguration }) => [
      { action: "s3:CreateBucket", resource: bucketArn(name) },
      ...(CreateBucketConfiguration?.Tags?.length ? [{ action: "s3:TagResource", resource: bucketArn(name) }] : []),
    ],
    DeleteBucket: onBucket("s3:DeleteBucket"),
    HeadBucket: onBucket("s3:ListBucket"),
    ListBuckets: () => [{ action: "s3:ListAllMyBuckets", resource: "*" }],
    GetBucketLocation: onBucket("s3:GetBucketLocation"),
    ListObjects: onList("s3:ListBucket"),
    ListObjectsV2: onList("s3:ListBucket"),
    ListObjectVersions: onList("s3:ListBucketVersions"),
  } satisfies Partial<Permissions<Clients["s3"]>>;
}

function objectPermissions(buckets: Buckets, { onObject, onWrite, onCopy }: Targets) {
  return {
    PutObject: onWrite,
    GetObject: onObject("s3:GetObject", "s3:GetObjectVersion"),
    HeadObject: onObject("s3:GetObject", "s3:GetObjectVersion"),
    // "To retrieve the attributes of an object, you need both permissions" (API reference,
    // GetObjectAttributes).
    GetObjectAttributes: (input) => [
      ...onObject("s3:GetObject", "s3:GetObjectVersion")(input),
      ...onObject("s3:GetObjectAttributes", "s3:GetObjectVersionAttributes")(input),
    ],
    CopyObject: onCopy,
    DeleteObject: ({ Bucket: name, Key, VersionId }) =>
      onObject(deleteAction(undefined), deleteAction(VersionId ?? ""))({ Bucket: name, Key, VersionId }),
    // The handler authorises each key separately.
    DeleteObjects: ({ Bucket: name }) => {
      buckets.find(name);
      return [];
    },
    GetObjectTagging: onObject("s3:GetObjectTagging", "s3:GetObjectVersionTagging"),
    PutObjectTagging: onObject("s3:PutObjectTagging", "s3:PutObjectVersionTagging"),

    CreateMultipartUpload: onWrite,
    UploadPart: onObject("s3:PutObject", "s3:PutObject"),
    UploadPartCopy: (input) => onCopy(input),
    CompleteMultipartUpload: onObject("s3:PutObject", "s3:PutObject"),
    AbortMultipartUpload: onObject("s3:AbortMultipartUpload", "s3:AbortMultipartUpload"),
  } satisfies Partial<Permissions<Clients["s3"]>>;
}

function settingPermissions({ onBucket }: Targets) {
  return {
    GetBucketVersioning: onBucket("s3:GetBucketVersioning"),
    PutBucketVersioning: onBucket("s3:PutBucketVersioning"),
    GetBucketEncryption: onBucket("s3:GetEncryptionConfiguration"),
    PutBucketEncryption: onBucket("s3:PutEncryptionConfiguration"),
    DeleteBucketEncryption: onBucket("s3:PutEncryptionConfiguration"),
    GetBucketPolicy: onBucket("s3:GetBucketPolicy"),
    PutBucketPolicy: onBucket("s3:PutBucketPolicy"),
    DeleteBucketPolicy: onBucket("s3:DeleteBucketPolicy"),
    GetPublicAccessBlock: onBucket("s3:GetBucketPublicAccessBlock"),
    PutPublicAccessBlock: onBucket("s3:PutBucketPublicAccessBlock"),
    DeletePublicAccessBlock: onBucket("s3:PutBucketPublicAccessBlock"),
    GetBucketOwnershipControls: onBucket("s3:GetBucketOwnershipControls"),
    PutBucketOwnershipControls: onBucket("s3:PutBucketOwnershipControls"),
    DeleteBucketOwnershipControls: onBucket("s3:PutBucketOwnershipControls"),
    GetBucketLifecycleConfiguration: onBucket("s3:GetLifecycleConfiguration"),
    PutBucketLifecycleConfiguration: onBucket("s3:PutLifecycleConfiguration"),
    DeleteBucketLifecycle: onBucket("s3:PutLifecycleConfiguration"),
    GetBucketTagging: onBucket("s3:GetBucketTagging"),
    PutBucketTagging: onBucket("s3:PutBucketTagging"),
    DeleteBucketTagging: onBucket("s3:PutBucketTagging"),
    GetBucketAcl: onBucket("s3:GetBucketAcl"),
  } satisfies Partial<Permissions<Clients["s3"]>>;
}

function unsetPermissions({ onBucket }: Targets) {
  return {
    GetBucketCors: onBucket("s3:GetBucketCORS"),
    GetBucketWebsite: onBucket("s3:GetBucketWebsite"),
    GetBucketReplication: onBucket("s3:GetReplicationConfiguration"),
    GetObjectLockConfiguration: onBucket("s3:GetBucketObjectLockConfiguration"),
    GetBucketLogging: onBucket("s3:GetBucketLogging"),
    GetBucketRequestPayment: onBucket("s3:GetBucketRequestPayment"),
    GetBucketAccelerateConfiguration: onBucket("s3:GetAccelerateConfiguration"),
  } satisfies Partial<Permissions<Clients["s3"]>>;
}
