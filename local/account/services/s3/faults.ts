import { Fault, notImplemented } from "../../aws/fault";
import { ownValue } from "../../aws/record";

/**
 * Statuses of the codes that the SDK's model of S3 does not list (S3 API reference, "Error
 * responses").
 */
const statuses: Readonly<Record<string, number>> = {
  BucketNotEmpty: 409,
  ConditionalRequestConflict: 409,
  InvalidPartNumber: 416,
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

/**
 * An error of S3; codes that are not listed are 400, or what the SDK's model says. `members` are in
 * its XML between the message and the request's id: what the error is about.
 */
export function s3Fault(
  code: string,
  message: string,
  members: Record<string, string | number> = {},
  headers: Readonly<Record<string, string>> = {},
): Fault {
  const status = ownValue(statuses, code);
  return new Fault(code, message, { members, headers, ...(status === undefined ? {} : { status }) });
}

/** A header or parameter with a value that S3 does not take. */
export const invalidArgument = (message: string, name: string, value?: string | number): Fault =>
  s3Fault("InvalidArgument", message, { ArgumentName: name, ...(value === undefined ? {} : { ArgumentValue: value }) });

export const malformedXml = (): Fault =>
  s3Fault("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");

export const noSuchBucket = (name: string): Fault =>
  s3Fault("NoSuchBucket", "The specified bucket does not exist", { BucketName: name });

/** `headers` say that the newest version is a delete marker. */
export const noSuchKey = (key: string, headers: Readonly<Record<string, string>> = {}): Fault =>
  s3Fault("NoSuchKey", "The specified key does not exist.", { Key: key }, headers);

export const noSuchUpload = (id = ""): Fault =>
  s3Fault(
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    { UploadId: id },
  );

/** `condition` is the header that was not met, as S3 spells it. */
export const preconditionFailed = (condition: string): Fault =>
  s3Fault("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    Condition: condition,
  });

/** A request for a version that is a delete marker, which can only be deleted. */
export const deleteMarkerFault = (method: string, headers: Readonly<Record<string, string>>): Fault =>
  s3Fault(
    "MethodNotAllowed",
    "The specified method is not allowed against this resource.",
    { Method: method, ResourceType: "DeleteMarker" },
    { ...headers, allow: "DELETE" },
  );

/** Refuses members that the account does not implement, instead of ignoring them. */
export function refuse(operation: string, input: object, members: readonly string[]): void {
  const given = members.find((member) => ownValue(input, member) !== undefined);
  if (given !== undefined) throw notImplemented(`s3:${operation} with ${given}`);
}
