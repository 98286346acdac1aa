import { type CreateMultipartUploadCommandInput, S3 } from "@aws-sdk/client-s3";
import { beforeEach } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

/** Starts an account for a test file, and creates a bucket before each test. */
export async function openBucket() {
  const account = await openAccount({ start: Date.parse("2026-03-01T10:00:00Z") });
  const s3 = new S3(sdk(account));
  /** Sends a checksum only where it is required. */
  const plain = new S3({ ...sdk(account), requestChecksumCalculation: "WHEN_REQUIRED" });
  let count = 0;
  const on = {
    account,
    s3,
    plain,
    bucket: "",
    put: (Key: string, Body = "data") => s3.putObject({ Bucket: on.bucket, Key, Body }),
    async upload(Key: string, input: Partial<CreateMultipartUploadCommandInput> = {}) {
      return (await plain.createMultipartUpload({ Bucket: on.bucket, Key, ...input })).UploadId ?? "";
    },
  };
  beforeEach(async () => {
    on.bucket = `recorded-${++count}`;
    await s3.createBucket({ Bucket: on.bucket });
  });
  return on;
}

/** Members of an error that the SDK does not convert. */
export const catchFailure = (call: Promise<unknown>) =>
  call.then(
    () => ({}),
    (error: { name: string; message: string; $metadata: { httpStatusCode: number } }) => ({
      ...error,
      name: error.name,
      message: error.message,
      status: error.$metadata.httpStatusCode,
    }),
  );
