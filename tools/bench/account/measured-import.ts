/**
 * One large import in a separate process, so that only its memory is measured. Started by `import.ts`; prints an
 * `ImportFigures` as JSON. The client that uploads the file runs in the same process and creates each part just before it
 * is sent.
 */

import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  CreateSchemaCommand,
  DescribeDatasetImportJobCommand,
  ListDatasetGroupsCommand,
  PersonalizeClient,
} from "@aws-sdk/client-personalize";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutBucketPolicyCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { startAccount } from "../../../local/account/account";

export interface ImportFigures {
  readonly megabytes: number;
  readonly rows: number;
  readonly uploadSeconds: number;
  readonly importSeconds: number;
  /** The process's largest resident set, before the upload and at the end. */
  readonly residentBefore: number;
  readonly residentAtMost: number;
  /** The longest duration of another call during the import. */
  readonly longestWait: number;
}

const megabyte = 1024 * 1024;
const Bucket = "large-import";
/** The part size of the AWS CLI. */
const partSize = 8 * megabyte;
const header = "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE\n";
const fields = ["USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE"].map((name) => ({
  name,
  type: name === "TIMESTAMP" ? "long" : "string",
}));

/** A row of 400,000 users, whose ids are as long as a UUID, and 20,000 items. */
const row = (i: number) =>
  `${String(i % 400_000).padStart(36, "0")},animal-${String((i * 7) % 20_000).padStart(5, "0")},${1_600_000_000 + i},View\n`;

const resident = () => process.resourceUsage().maxRSS / 1024;

async function measure(megabytes: number): Promise<ImportFigures> {
  const account = await startAccount({ speed: 600 });
  const config = {
    endpoint: account.origin,
    region: "eu-west-1",
    credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
  };
  const s3 = new S3Client(config);
  const personalize = new PersonalizeClient(config);
  const roleArn = await prepare(s3, new IAMClient(config));
  const datasetArn = await createDataset(personalize);
  const residentBefore = resident();

  const uploadStarted = performance.now();
  const rows = await upload(s3, "large.csv", megabytes * megabyte);
  const importStarted = performance.now();
  const longestWait = await importFile(personalize, datasetArn, roleArn);
  const ended = performance.now();
  await account.close();
  return {
    megabytes,
    rows,
    uploadSeconds: (importStarted - uploadStarted) / 1000,
    importSeconds: (ended - importStarted) / 1000,
    residentBefore,
    residentAtMost: resident(),
    longestWait,
  };
}

async function prepare(s3: S3Client, iam: IAMClient): Promise<string> {
  const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
  const Service = "personalize.amazonaws.com";
  const policy = (statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  const Action = ["s3:GetObject", "s3:ListBucket"];
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }));
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy({ Principal: { Service }, Action, Resource }) }));
  const AssumeRolePolicyDocument = policy({ Principal: { Service }, Action: "sts:AssumeRole" });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: "data", AssumeRolePolicyDocument }));
  const PolicyDocument = policy({ Action, Resource });
  await iam.send(new PutRolePolicyCommand({ RoleName: "data", PolicyName: "read", PolicyDocument }));
  return Role?.Arn ?? "";
}

async function createDataset(personalize: PersonalizeClient): Promise<string> {
  const schema = JSON.stringify({
    type: "record",
    name: "Interactions",
    namespace: "com.amazonaws.personalize.schema",
    fields,
    version: "1.0",
  });
  const { schemaArn } = await personalize.send(new CreateSchemaCommand({ name: "large", schema }));
  const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name: "large" }));
  const input = { name: "large", datasetGroupArn, datasetType: "Interactions", schemaArn };
  const { datasetArn } = await retryUntilActive(() => personalize.send(new CreateDatasetCommand(input)));
  return datasetArn ?? "";
}

/** Repeats a creation until the resource that it belongs to is ACTIVE. */
async function retryUntilActive<T>(create: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await create();
    } catch (error) {
      if (!["InvalidInputException", "ResourceInUseException"].includes((error as Error).name)) throw error;
      await pause(100);
    }
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Uploads `bytes` bytes in parts and returns the number of rows. */
async function upload(s3: S3Client, Key: string, bytes: number): Promise<number> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  let rows = 0;
  let sent = 0;
  while (sent < bytes) {
    const lines: string[] = rows === 0 ? [header] : [];
    for (let size = 0; size < partSize; ) {
      const line = row(rows++);
      lines.push(line);
      size += line.length;
    }
    const Body = Buffer.from(lines.join(""));
    const PartNumber = Parts.length + 1;
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ETag });
    sent += Body.length;
  }
  await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  return rows;
}

/** Imports the file and returns the longest duration of another call during the import, in milliseconds. */
async function importFile(personalize: PersonalizeClient, datasetArn: string, roleArn: string): Promise<number> {
  const dataSource = { dataLocation: `s3://${Bucket}/large.csv` };
  const input = { jobName: "large", datasetArn, dataSource, roleArn };
  const { datasetImportJobArn } = await retryUntilActive(() =>
    personalize.send(new CreateDatasetImportJobCommand(input)),
  );
  let longest = 0;
  for (;;) {
    const sent = performance.now();
    await personalize.send(new ListDatasetGroupsCommand({}));
    longest = Math.max(longest, performance.now() - sent);
    const { datasetImportJob: job } = await personalize.send(
      new DescribeDatasetImportJobCommand({ datasetImportJobArn }),
    );
    if (job?.status === "ACTIVE") return longest;
    if (job?.status === "CREATE FAILED") throw new Error(`The import failed: ${job.failureReason}`);
    await pause(20);
  }
}

measure(Number(process.argv[2])).then((figures) => {
  console.log(JSON.stringify(figures));
  process.exit(0);
});
