import { type CreateMultipartUploadCommand, S3 } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { type Account, startAccount } from "../../account/account.ts";
import { sdk } from "../support/aws.ts";

/** Starts an account for a test file, and creates a bucket before each test. */
export function useBucket() {
  let account: Account;
  let count = 0;
  const on = {
    s3: new S3(),
    /** Sends a checksum only where it is required. */
    plain: new S3(),
    bucket: "",
    get account() {
      return account;
    },
    put: (Key: string, Body = "data") => on.s3.putObject({ Bucket: on.bucket, Key, Body }),
    async upload(Key: string, input: Partial<ConstructorParameters<typeof CreateMultipartUploadCommand>[0]> = {}) {
      return (await on.plain.createMultipartUpload({ Bucket: on.bucket, Key, ...input })).UploadId ?? "";
    },
  };
  beforeAll(async () => {
    account = await startAccount({ speed: 0, start: Date.parse("2026-03-01T10:00:00Z") });
    on.s3 = new S3(sdk(account));
    on.plain = new S3({ ...sdk(account), requestChecksumCalculation: "WHEN_REQUIRED" });
  });
  afterAll(() => account.close());
  beforeEach(async () => {
    on.bucket = `recorded-${++count}`;
    const configuration = { LocationConstraint: "eu-west-1" as const };
    await on.s3.createBucket({ Bucket: on.bucket, CreateBucketConfiguration: configuration });
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
