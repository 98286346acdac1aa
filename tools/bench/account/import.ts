import type { Aws } from "../../../cli/stack/aws";
import { Targets } from "../targets";
import { type BenchAccount, deployOnAccount } from "./bench-account";

const megabyte = 1024 * 1024;
const megabytes = 512;
/** The part size of the AWS CLI. */
const partSize = 8 * megabyte;
/**
 * The most memory in relation to the file's size: S3 keeps the file in memory, and the dataset its
 * rows.
 */
const mostMemory = 2.25;

/**
 * Measures a large import, from the upload to the dataset, about a minute: memory of this process,
 * in which the client runs too, and the wait of other calls. Returns the missed targets.
 */
export async function measureImport(): Promise<string[]> {
  const bench = await deployOnAccount();
  const resident = () => process.resourceUsage().maxRSS / 1024;
  const before = resident();
  const Bucket = String(bench.deployment.outputs.dataBucketName);
  const rows = await upload(bench.aws, Bucket);
  const longestWait = await importFile(bench, `s3://${Bucket}/${key}`);
  await bench.account.close();
  console.log(`${megabytes} MiB of CSV, ${rows.toLocaleString("en")} interactions`);
  console.log(`Longest wait of another call during the import: ${longestWait.toFixed(0)} ms`);
  const memory = (resident() - before) / megabytes;
  const targets = new Targets();
  targets.check(memory <= mostMemory, `memory grew by ${memory.toFixed(2)} × the file, at most ${mostMemory} ×`);
  return targets.missed;
}

const key = "seed/interactions/large.csv";
/** A row of 400,000 users, whose ids are as long as a UUID, and 20,000 items. */
const writeRow = (i: number) =>
  `${String(i % 400_000).padStart(36, "0")},animal-${String((i * 7) % 20_000).padStart(5, "0")},${1_600_000_000 + i},View,,,\n`;

/**
 * Uploads the file in parts, each written just before it is sent, and returns the number of rows.
 */
async function upload(aws: Aws, Bucket: string): Promise<number> {
  const { UploadId } = await aws.call("s3", "CreateMultipartUpload", { Bucket, Key: key });
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  let rows = 0;
  while (Parts.length * partSize < megabytes * megabyte) {
    const lines = rows === 0 ? ["USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE,RECOMMENDATION_ID,IMPRESSION\n"] : [];
    for (let size = 0; size < partSize; size += lines.at(-1)?.length ?? 0) lines.push(writeRow(rows++));
    const PartNumber = Parts.length + 1;
    const part = { Bucket, Key: key, UploadId, PartNumber, Body: Buffer.from(lines.join("")) };
    Parts.push({ PartNumber, ETag: (await aws.call("s3", "UploadPart", part)).ETag });
  }
  await aws.call("s3", "CompleteMultipartUpload", { Bucket, Key: key, UploadId, MultipartUpload: { Parts } });
  return rows;
}

/**
 * Imports the file as the deployment imported its own, and returns the longest duration of another
 * call meanwhile.
 */
async function importFile({ aws, deployment }: BenchAccount, dataLocation: string): Promise<number> {
  const datasetGroupArn = String(deployment.outputs.datasetGroupArn);
  const { datasets = [] } = await aws.call("personalize", "ListDatasets", { datasetGroupArn });
  const datasetArn = datasets.find(({ datasetType }) => datasetType?.toUpperCase() === "INTERACTIONS")?.datasetArn;
  const { datasetImportJobs = [] } = await aws.call("personalize", "ListDatasetImportJobs", { datasetArn });
  const describe = (datasetImportJobArn: string | undefined) =>
    aws.call("personalize", "DescribeDatasetImportJob", { datasetImportJobArn });
  const { datasetImportJob: first } = await describe(datasetImportJobs[0]?.datasetImportJobArn);
  const job = { jobName: "large", datasetArn, roleArn: first?.roleArn, dataSource: { dataLocation } };
  const { datasetImportJobArn } = await aws.call("personalize", "CreateDatasetImportJob", job);
  let longest = 0;
  for (;;) {
    const sent = performance.now();
    const { datasetImportJob } = await describe(datasetImportJobArn);
    longest = Math.max(longest, performance.now() - sent);
    if (datasetImportJob?.status === "ACTIVE") return longest;
    if (datasetImportJob?.status === "CREATE FAILED") throw new Error(datasetImportJob.failureReason);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
