import { bucketArn, objectArn } from "../../../aws/arn";
import { Content } from "../../../content/content";
import type { Caller, Host } from "../../../host/service";
import type { DataAccess, Job } from "./data-access";
import { asRole, asService } from "./data-role";

/**
 * The account's own S3 and KMS: the role must be allowed to list, read and write, and so must the
 * service by the bucket's policy (guide, "Giving Amazon Personalize access to Amazon S3").
 */
export function accessInside(host: Host): DataAccess {
  const enter = ({ scope, roleArn, sourceArn }: Job, action: string, resource: string): Caller => {
    const role = asRole(host, scope, roleArn, sourceArn);
    host.authorise(asService(scope, sourceArn), { action, resource });
    return role;
  };
  return {
    async list(job, Bucket, Prefix, ContinuationToken) {
      const role = enter(job, "s3:ListBucket", bucketArn(Bucket));
      return host.call(role, "s3", "ListObjectsV2", { Bucket, Prefix, ContinuationToken });
    },
    async read(job, Bucket, Key) {
      const role = enter(job, "s3:GetObject", objectArn(Bucket, Key));
      const { Body = Content.empty } = await host.call(role, "s3", "GetObject", { Bucket, Key });
      return Body;
    },
    async write(job, Bucket, Key, Body, encryption) {
      const role = enter(job, "s3:PutObject", objectArn(Bucket, Key));
      await host.call(role, "s3", "PutObject", { Bucket, Key, Body, ...encryption });
    },
    async useKey(role, KeyId) {
      await host.call(role, "kms", "DescribeKey", { KeyId });
      const { CiphertextBlob } = await host.call(role, "kms", "GenerateDataKey", { KeyId, KeySpec: "AES_256" });
      await host.call(role, "kms", "Decrypt", { CiphertextBlob, KeyId });
    },
  };
}
