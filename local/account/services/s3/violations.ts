import type { Fault } from "../../aws/fault";
import { ownValue } from "../../aws/record";
import type { Violation } from "../../model/validate";
import { invalidArgument, malformedXml, s3Fault } from "./faults";
import { checksumAlgorithms } from "./request/checksums";

/** Members whose handlers know more than the model does. */
const left = new Set([
  // A document without tags takes them all away (recorded).
  "Tagging.TagSet",
  "BucketRegion",
  "ChecksumType",
  // The model's pattern has a slash between bucket and key, which may be encoded.
  "CopySource",
  "CreateBucketConfiguration.LocationConstraint",
  "ObjectOwnership",
  "Policy",
]);

/**
 * S3's error for a wrong header or parameter, where it is not InvalidArgument (recorded answers).
 */
const byMember: Readonly<Record<string, (value: string, header: string) => Fault>> = {
  ChecksumAlgorithm: () =>
    s3Fault(
      "InvalidRequest",
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${checksumAlgorithms.join(", ")}]`,
    ),
  ServerSideEncryption: (value, header) =>
    s3Fault(
      "InvalidEncryptionAlgorithmError",
      "The Encryption request you specified is not valid. Supported value: AES256.",
      { ArgumentName: header, ArgumentValue: value },
    ),
  StorageClass: (value) =>
    s3Fault("InvalidStorageClass", "The storage class you specified is not valid", { StorageClassRequested: value }),
};

/**
 * S3 has no common exception for what its model forbids: a document is MalformedXML, a header or
 * parameter most often an InvalidArgument that names it.
 */
export function s3Violation({ path, member, value }: Violation): Fault | "leave" {
  if (left.has(path)) return "leave";
  // In upper or lower case (recorded: test_s3_get_object_checksum), although the model lists only
  // `ENABLED`.
  if (path === "ChecksumMode" && String(value).toUpperCase() === "ENABLED") return "leave";
  const header = member?.traits.httpHeader ?? member?.traits.httpQuery;
  if (header === undefined) {
    if (path.includes(".") || !member?.traits.httpPayload) return malformedXml();
    return s3Fault("MissingRequestBodyError", "Request Body is empty");
  }
  const given = value === undefined ? "" : String(value);
  return ownValue(byMember, path)?.(given, header) ?? invalidArgument(`Invalid value for ${header}.`, header, given);
}
