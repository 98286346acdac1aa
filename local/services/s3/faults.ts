import { Fault, notImplemented } from "../../endpoint/fault";

/** Statuses of the codes that the SDK's model of S3 does not list (S3 API reference, "Error responses"). */
const statuses: Readonly<Record<string, number>> = {
  BucketNotEmpty: 409,
  InvalidRange: 416,
  MethodNotAllowed: 405,
  NoSuchBucketPolicy: 404,
  NoSuchCORSConfiguration: 404,
  NoSuchLifecycleConfiguration: 404,
  NoSuchPublicAccessBlockConfiguration: 404,
  NoSuchTagSet: 404,
  NoSuchVersion: 404,
  NoSuchWebsiteConfiguration: 404,
  NotModified: 304,
  ObjectLockConfigurationNotFoundError: 404,
  OwnershipControlsNotFoundError: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  ReplicationConfigurationNotFoundError: 404,
};

/** An error as S3 answers it; codes that are not listed are 400, or what the SDK's model says. */
export function s3Fault(code: string, message: string): Fault {
  const status = statuses[code];
  return new Fault(code, message, status === undefined ? {} : { status });
}

/** Refuses members that the account does not know what to do with: ignoring them would be a lie. */
export function refuse(operation: string, input: object, members: readonly string[]): void {
  const given = members.find((member) => (input as Record<string, unknown>)[member] !== undefined);
  if (given !== undefined) throw notImplemented(`s3:${operation} ${given}`);
}
