import { CreateBucketCommand, CreateMultipartUploadCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { type Account, startAccount } from "../../account/account.ts";
import { sdk } from "../support/aws.ts";

/** Starts an account for a test file, and creates a bucket before each test. */
export function useBucket() {
  let account: Account;
  let count = 0;
  const on = {
    s3: new S3Client(),
    /** Sends a checksum only where it is required. */
    plain: new S3Client(),
    bucket: "",
    get account() {
      return account;
    },
    put: (Key: string, Body = "data") => on.s3.send(new PutObjectCommand({ Bucket: on.bucket, Key, Body })),
    async upload(Key: string, input: Partial<ConstructorParameters<typeof CreateMultipartUploadCommand>[0]> = {}) {
      const request = new CreateMultipartUploadCommand({ Bucket: on.bucket, Key, ...input });
      return (await on.plain.send(request)).UploadId ?? "";
    },
  };
  beforeAll(async () => {
    account = await startAccount({ speed: 0, start: Date.parse("2026-03-01T10:00:00Z") });
    on.s3 = new S3Client(sdk(account));
    on.plain = new S3Client({ ...sdk(account), requestChecksumCalculation: "WHEN_REQUIRED" });
  });
  afterAll(() => account.close());
  beforeEach(async () => {
    on.bucket = `recorded-${++count}`;
    const configuration = { LocationConstraint: "eu-west-1" as const };
    await on.s3.send(new CreateBucketCommand({ Bucket: on.bucket, CreateBucketConfiguration: configuration }));
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
