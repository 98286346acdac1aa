import type { S3DataConfig } from "@aws-sdk/client-personalize";
import type { Content } from "../../../content/content";
import type { DataAccess, Encryption, Job } from "./data-access";
import { parseLocation, translateFaults } from "./source";

/** Writes a job's output below a path. Throws JobFailure in the service's words. */
export async function writeTarget(
  data: DataAccess,
  job: Job,
  { path = "", kmsKeyArn }: S3DataConfig,
  file: { readonly name: string; readonly content: Content },
): Promise<void> {
  const { bucket, key } = parseLocation(path);
  const target = `${key === "" || key.endsWith("/") ? key : `${key}/`}${file.name}`;
  const encryption: Encryption =
    kmsKeyArn === undefined ? {} : { ServerSideEncryption: "aws:kms", SSEKMSKeyId: kmsKeyArn };
  await translateFaults(() => data.write(job, bucket, target, file.content, encryption));
}
