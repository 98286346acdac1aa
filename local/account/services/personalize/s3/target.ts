import type { S3DataConfig } from "@aws-sdk/client-personalize";
import { objectArn, type Scope } from "../../../aws/arn";
import type { Content } from "../../../content/content";
import type { Host } from "../../../host/service";
import { asRole, asService } from "./data-role";
import { parseLocation, translateFaults } from "./source";

/**
 * Writes a job's output below a path: the role must be allowed to put objects, and so must the
 * service by the bucket's policy. Throws JobFailure in the service's words.
 */
export async function writeTarget(
  host: Host,
  scope: Scope,
  { path = "", kmsKeyArn }: S3DataConfig,
  { roleArn, sourceArn }: { readonly roleArn: string; readonly sourceArn: string },
  file: { readonly name: string; readonly content: Content },
): Promise<void> {
  const { bucket, key } = parseLocation(path);
  const target = `${key === "" || key.endsWith("/") ? key : `${key}/`}${file.name}`;
  await translateFaults(async () => {
    const resource = objectArn(bucket, target);
    host.authorise(asService(scope, sourceArn), { action: "s3:PutObject", resource });
    await host.call(asRole(host, scope, roleArn, sourceArn), "s3", "PutObject", {
      Bucket: bucket,
      Key: target,
      Body: file.content,
      ...(kmsKeyArn !== undefined && { ServerSideEncryption: "aws:kms", SSEKMSKeyId: kmsKeyArn }),
    });
  });
}
