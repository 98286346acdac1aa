import { bucketArn, objectArn } from "../../../aws/arn";
import { Fault, notImplemented } from "../../../aws/fault";
import { forwardCaller } from "../../../host/forward";
import type { Caller, Host } from "../../../host/service";
import { s3Fault } from "../faults";
import type { Bucket } from "./bucket";
import type { ObjectEncryption } from "./versions";

/** The encryption that a request names; absent members take the bucket's default. */
interface EncryptionRequest {
  ServerSideEncryption?: string | undefined;
  SSEKMSKeyId?: string | undefined;
  BucketKeyEnabled?: boolean | undefined;
}

export interface Encryption {
  /**
   * Chooses the encryption of a new object. With a KMS key the caller must be allowed
   * `kms:GenerateDataKey`.
   */
  encryptNew(caller: Caller, bucket: Bucket, key: string, request: EncryptionRequest): Promise<ObjectEncryption>;
  /** Refuses a reader who may not decrypt the object's data key. */
  checkDecrypt(caller: Caller, bucket: Bucket, key: string, encryption: ObjectEncryption): Promise<void>;
}

/** KMS's refusals as S3 words them. */
async function asS3<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof Fault && cause.code !== "AccessDenied" && cause.code !== "NotImplemented") {
      throw s3Fault(`KMS.${cause.code}`, cause.message);
    }
    throw cause;
  }
}

/**
 * Server-side encryption with the caller's own KMS permissions. Bodies stay readable in memory:
 * only permissions are checked.
 */
export function createEncryption(host: Host): Encryption {
  const context = (bucket: Bucket, key: string, bucketKey: boolean | undefined) => ({
    "aws:s3:arn": bucketKey ? bucketArn(bucket.name) : objectArn(bucket.name, key),
  });

  return {
    async encryptNew(caller, bucket, key, request) {
      const asked = request.ServerSideEncryption;
      const algorithm = asked ?? bucket.encryption.algorithm;
      if (algorithm === "AES256") return { algorithm };
      if (algorithm !== "aws:kms") throw notImplemented(`s3: server-side encryption ${algorithm}`);
      // A request that names the algorithm but no key gets AWS's own key, whatever the bucket's
      // default is.
      const keyId =
        request.SSEKMSKeyId ?? (asked === undefined ? bucket.encryption.keyId : undefined) ?? "alias/aws/s3";
      const bucketKey = request.BucketKeyEnabled ?? bucket.encryption.bucketKey;
      const { KeyId: keyArn, CiphertextBlob: dataKey } = await asS3(
        host.call(forwardCaller({ ...caller, region: bucket.region }, "s3"), "kms", "GenerateDataKey", {
          KeyId: keyId,
          KeySpec: "AES_256",
          EncryptionContext: context(bucket, key, bucketKey),
        }),
      );
      return {
        algorithm,
        ...(keyArn === undefined ? {} : { keyArn }),
        ...(dataKey === undefined ? {} : { dataKey }),
        ...(bucketKey === undefined ? {} : { bucketKey }),
      };
    },

    async checkDecrypt(caller, bucket, key, { dataKey, bucketKey }) {
      if (dataKey === undefined) return;
      await asS3(
        host.call(forwardCaller({ ...caller, region: bucket.region }, "s3"), "kms", "Decrypt", {
          CiphertextBlob: dataKey,
          EncryptionContext: context(bucket, key, bucketKey),
        }),
      );
    },
  };
}

/** The headers that say how an object is encrypted. */
export function encryptionHeaders({ algorithm, keyArn, bucketKey }: ObjectEncryption) {
  return {
    ServerSideEncryption: algorithm,
    ...(keyArn === undefined ? {} : { SSEKMSKeyId: keyArn }),
    ...(bucketKey ? { BucketKeyEnabled: true } : {}),
  };
}
