import type { Call } from "./calls-in-source";

/** Services whose name in the AWS CLI is not the SDK's. */
const services = new Map([
  ["logs", "cloudwatch-logs"],
  ["events", "eventbridge"],
  ["s3api", "s3"],
  ["stepfunctions", "sfn"],
]);

/**
 * Commands of the AWS CLI that make several calls. A large file is copied in parts, and an object
 * to another bucket by the service.
 */
const copy =
  "HeadObject GetObject PutObject CopyObject CreateMultipartUpload UploadPart UploadPartCopy CompleteMultipartUpload AbortMultipartUpload";
const customCommands = new Map([
  ["s3 cp", copy],
  ["s3 ls", "ListBuckets ListObjectsV2"],
  ["s3 mb", "CreateBucket"],
  ["s3 rm", "DeleteObject ListObjectsV2"],
  ["s3 sync", `ListObjectsV2 ${copy}`],
]);

/** Finds the commands of the AWS CLI, and the calls of boto3, in a document or a script. */
export function findCallsInDocument(text: string): Call[] {
  const commands = text.matchAll(/\baws (?:--\S+ \S+ )*([a-z0-9]+) ([a-z0-9-]+)/g);
  const methods = text.matchAll(/\bclient\("(\w+)"\)\.(\w+)\(/g);
  return [...commands, ...methods].flatMap(([, cli = "", command = ""]) => {
    const service = services.get(cli) ?? cli;
    const operations = customCommands.get(`${cli} ${command}`)?.split(" ") ?? [toOperation(command)];
    return operations.map((operation) => ({ service, operation }));
  });
}

/** The operation of `create-bucket` or `create_bucket`. */
const toOperation = (words: string) => words.replaceAll(/(?:^|[-_])(\w)/g, (_, letter: string) => letter.toUpperCase());
