/**
 * The import of a gigabyte of CSV, from the upload to the dataset: `npm run bench -- import`, about two minutes. It runs in a
 * separate process, so that only its memory is measured; the client that uploads the file runs there too, and creates each
 * part just before it is sent.
 */
import { execFileSync } from "node:child_process";
import { type Aws, createAws } from "../../../cli/stack/aws";
import { startAccount } from "../../../local/account";
import { Targets } from "../targets";

const megabytes = 1024;
/** The most memory in relation to the file's size. With the whole file in memory it would be more than 1. */
const mostMemory = 0.75;

/** Prints the results and returns the missed targets. */
export function measureImport(): string[] {
  const output = execFileSync(process.execPath, ["--import", "tsx", __filename], { encoding: "utf8" });
  const figures = JSON.parse(output) as ImportFigures;
  const { rows, uploadSeconds, importSeconds, residentBefore, residentAtMost, longestWait } = figures;
  console.log(`${megabytes} MiB of CSV, ${rows.toLocaleString("en")} interactions`);
  console.log(`Uploaded in ${uploadSeconds.toFixed(0)} s, imported in ${importSeconds.toFixed(0)} s`);
  console.log(`Longest wait of another call during the import: ${longestWait.toFixed(0)} ms`);
  const memory = (residentAtMost - residentBefore) / megabytes;
  const targets = new Targets();
  targets.check(
    memory <= mostMemory,
    `memory grew from ${residentBefore.toFixed(0)} to ${residentAtMost.toFixed(0)} MiB: ${memory.toFixed(2)} × the file, at most ${mostMemory} ×`,
  );
  return targets.missed;
}

interface ImportFigures {
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

async function measureInThisProcess(): Promise<ImportFigures> {
  const account = await startAccount({ speed: 600 });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: account.origin,
    AWS_ACCESS_KEY_ID: "000000000000",
    AWS_SECRET_ACCESS_KEY: "local",
  });
  const aws = createAws("eu-west-1");
  const roleArn = await createBucketAndRole(aws);
  const datasetArn = await createDataset(aws);
  const residentBefore = resident();

  const uploadStarted = performance.now();
  const rows = await upload(aws, "large.csv", megabytes * megabyte);
  const importStarted = performance.now();
  const longestWait = await importFile(aws, datasetArn, roleArn);
  const ended = performance.now();
  await account.close();
  return {
    rows,
    uploadSeconds: (importStarted - uploadStarted) / 1000,
    importSeconds: (ended - importStarted) / 1000,
    residentBefore,
    residentAtMost: resident(),
    longestWait,
  };
}

async function createBucketAndRole(aws: Aws): Promise<string> {
  const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
  const Service = "personalize.amazonaws.com";
  const allow = (statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  const access = { Action: ["s3:GetObject", "s3:ListBucket"], Resource };
  const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" } as const;
  await aws.call("s3", "CreateBucket", { Bucket, CreateBucketConfiguration });
  await aws.call("s3", "PutBucketPolicy", { Bucket, Policy: allow({ Principal: { Service }, ...access }) });
  const AssumeRolePolicyDocument = allow({ Principal: { Service }, Action: "sts:AssumeRole" });
  const { Role } = await aws.call("iam", "CreateRole", { RoleName: "data", AssumeRolePolicyDocument });
  const PolicyDocument = allow(access);
  await aws.call("iam", "PutRolePolicy", { RoleName: "data", PolicyName: "read", PolicyDocument });
  return Role?.Arn ?? "";
}

async function createDataset(aws: Aws): Promise<string> {
  const namespace = "com.amazonaws.personalize.schema";
  const schema = JSON.stringify({ type: "record", name: "Interactions", namespace, fields, version: "1.0" });
  const { schemaArn } = await aws.call("personalize", "CreateSchema", { name: "large", schema });
  const { datasetGroupArn } = await aws.call("personalize", "CreateDatasetGroup", { name: "large" });
  const input = { name: "large", datasetGroupArn, datasetType: "Interactions", schemaArn };
  const { datasetArn } = await retryUntilActive(() => aws.call("personalize", "CreateDataset", input));
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
async function upload(aws: Aws, Key: string, bytes: number): Promise<number> {
  const { UploadId } = await aws.call("s3", "CreateMultipartUpload", { Bucket, Key });
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  let rows = 0;
  for (let sent = 0; sent < bytes; ) {
    const lines: string[] = rows === 0 ? [header] : [];
    for (let size = 0; size < partSize; size += lines.at(-1)?.length ?? 0) lines.push(row(rows++));
    const Body = Buffer.from(lines.join(""));
    const PartNumber = Parts.length + 1;
    const { ETag } = await aws.call("s3", "UploadPart", { Bucket, Key, UploadId, PartNumber, Body });
    Parts.push({ PartNumber, ETag });
    sent += Body.length;
  }
  await aws.call("s3", "CompleteMultipartUpload", { Bucket, Key, UploadId, MultipartUpload: { Parts } });
  return rows;
}

/** Imports the file and returns the longest duration of another call during the import, in milliseconds. */
async function importFile(aws: Aws, datasetArn: string, roleArn: string): Promise<number> {
  const input = { jobName: "large", datasetArn, dataSource: { dataLocation: `s3://${Bucket}/large.csv` }, roleArn };
  const { datasetImportJobArn } = await retryUntilActive(() =>
    aws.call("personalize", "CreateDatasetImportJob", input),
  );
  let longest = 0;
  for (;;) {
    const sent = performance.now();
    const { datasetImportJob: job } = await aws.call("personalize", "DescribeDatasetImportJob", {
      datasetImportJobArn,
    });
    longest = Math.max(longest, performance.now() - sent);
    if (job?.status === "ACTIVE") return longest;
    if (job?.status === "CREATE FAILED") throw new Error(`The import failed: ${job.failureReason}`);
    await pause(20);
  }
}

if (require.main === module) {
  measureInThisProcess().then((figures) => {
    console.log(JSON.stringify(figures));
    process.exit(0);
  });
}
