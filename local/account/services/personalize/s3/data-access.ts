import type { ListObjectsV2CommandOutput, PutObjectCommandInput } from "@aws-sdk/client-s3";
import type { Scope } from "../../../aws/arn";
import type { Content } from "../../../content/content";
import type { Caller } from "../../../host/service";

/** A job that reads and writes objects. */
export interface Job {
  readonly scope: Scope;
  readonly roleArn: string;
  /** The `aws:SourceArn` of the role's and the bucket's policy. */
  readonly sourceArn: string;
}

/** An object's bytes; they can be read once. */
export interface StoredObject {
  readonly size: number;
  pieces(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/**
 * What Personalize uses of S3 and KMS: this account's, or another emulator's. Throws Faults with
 * the codes of S3.
 */
export interface DataAccess {
  list(job: Job, bucket: string, prefix: string, token?: string): Promise<Page>;
  read(job: Job, bucket: string, key: string): Promise<StoredObject>;
  write(job: Job, bucket: string, key: string, content: Content, encryption: Encryption): Promise<void>;
  /** Uses a key as its owner's role. */
  useKey(role: Caller, keyArn: string): Promise<void>;
}

type Page = Pick<ListObjectsV2CommandOutput, "Contents" | "NextContinuationToken">;
export type Encryption = Pick<PutObjectCommandInput, "ServerSideEncryption" | "SSEKMSKeyId">;
