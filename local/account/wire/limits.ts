import { Fault } from "../aws/fault";
import type { ServiceName } from "../model/clients";

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

/**
 * The longest body that a service accepts, in bytes. The data in a body are JSON, XML or form text,
 * which is longer than the bytes that the service's quota counts: base64 has four characters for
 * three bytes, a form three for one.
 */
const byService: Readonly<Partial<Record<ServiceName, number>>> = {
  // PutLogEvents: 1 MB as UTF-8; a control character has six characters in JSON (quotas of
  // CloudWatch Logs).
  "cloudwatch-logs": 6 * megabyte + 512 * kilobyte,
  // PutEvents: 1 MB for all entries, JSON inside JSON (EventBridge user guide, "Calculating
  // PutEvents event entry size").
  eventbridge: 4 * megabyte,
  // PutRecordBatch: 4 MiB, before base64 (quotas of Firehose).
  firehose: 6 * megabyte,
  // PutRecords: 10 MiB, before base64 (API reference).
  kinesis: 14 * megabyte,
  // 6 MB for Invoke (quotas of Lambda); the upload of a function's code has a limit below.
  lambda: 6 * megabyte,
  // XML documents: 10,000 parts of an upload, or 1,000 keys of 1,024 bytes to delete (API
  // reference).
  s3: 4 * megabyte,
};
/**
 * 1 MB: documented for Step Functions ("Maximum request size") and for PutMetricData, and more than
 * enough for the others.
 */
const ofOthers = megabyte;

const byOperation = new Map(
  Object.entries({
    // A zip of 50 MB as base64, with the other settings. The numbers are from Lambda's responses.
    "lambda:CreateFunction": 69_905_067,
    "lambda:UpdateFunctionCode": 70_167_211,
    // The largest object in a single upload, and the largest part (S3 user guide, "Uploading
    // objects").
    "s3:PutObject": 5 * 1024 * megabyte,
    "s3:UploadPart": 5 * 1024 * megabyte,
  }),
);

/** The longest body of an operation; without an operation, of all requests to the service. */
export function bodyLimitOf(service: ServiceName, operation?: string): number {
  const general = byService[service] ?? ofOthers;
  if (operation !== undefined) return byOperation.get(`${service}:${operation}`) ?? general;
  const special = [...byOperation].filter(([name]) => name.startsWith(`${service}:`));
  const longest = Math.max(general, ...special.map(([, limit]) => limit));
  // The frames of aws-chunked are added: at most a hundred bytes for 8 KiB.
  return service === "s3" ? longest * 1.02 : longest;
}

/** Refuses a body that is too long before it is decoded. */
export function refuseLongBody(size: number, service: ServiceName, operation?: string): void {
  const limit = bodyLimitOf(service, operation);
  // Lambda's message says "smaller than".
  if (size < limit || (size === limit && service !== "lambda")) return;
  if (service === "s3") {
    // S3's error responses: EntityTooLarge for an object, MaxMessageLengthExceeded for a document.
    throw operation === undefined || byOperation.has(`s3:${operation}`)
      ? new Fault("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", { status: 400 })
      : new Fault("MaxMessageLengthExceeded", "Your request was too big.", { status: 400 });
  }
  const what = operation === undefined ? service : `the ${operation} operation`;
  throw new Fault("RequestEntityTooLargeException", `Request must be smaller than ${limit} bytes for ${what}`, {
    status: 413,
  });
}
