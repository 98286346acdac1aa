import type { GetObjectAttributesParts } from "@aws-sdk/client-s3";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { invalidArgument, refuse } from "../faults";
import type { Buckets } from "../state/bucket";
import type { Encryption } from "../state/encryption";
import { findReadable } from "../state/find-readable";
import type { ObjectVersion } from "../state/versions";
import { versionHeader } from "../state/write";

const known = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];
/** The parts of a page (API reference, GetObjectAttributes, x-amz-max-parts). */
const mostParts = 1000;

/** What is known about an object, without its content. */
export function objectAttributeHandlers(host: Host, buckets: Buckets, encryption: Encryption) {
  return {
    async GetObjectAttributes(input, call) {
      refuse("GetObjectAttributes", input, ["SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5"]);
      const bucket = buckets.of(call, input);
      const asked = new Set(input.ObjectAttributes);
      if (asked.size === 0 || [...asked].some((name) => !known.includes(name))) {
        throw invalidArgument("Invalid attribute name specified.", "x-amz-object-attributes", [...asked].join(","));
      }
      const version = findReadable(host, call, bucket, input.Key ?? "", input.VersionId, "HEAD");
      await encryption.checkDecrypt(call, bucket, version.key, version.encryption);
      const { etag, checksums, checksumType, storageClass, body } = version;
      return {
        LastModified: version.modified,
        ...versionHeader(bucket, version),
        ...(asked.has("ETag") && { ETag: etag }),
        ...(asked.has("Checksum") && checksumType && { Checksum: { ...checksums, ChecksumType: checksumType } }),
        ...(asked.has("ObjectParts") && version.parts.length > 0 && { ObjectParts: describeParts(version, input) }),
        ...(asked.has("StorageClass") && { StorageClass: storageClass }),
        ...(asked.has("ObjectSize") && { ObjectSize: body.size }),
      };
    },
  } satisfies Handlers<Clients["s3"]>;
}

/**
 * The parts are counted, and listed only if each has a checksum of its own: "if an additional
 * checksum isn't applied to the object specified in the request, the response doesn't return the
 * Part element" (API reference, GetObjectAttributesParts).
 */
function describeParts(
  { parts, checksumType }: ObjectVersion,
  { MaxParts = mostParts, PartNumberMarker = "0" }: { MaxParts?: number; PartNumberMarker?: string },
): GetObjectAttributesParts {
  if (checksumType !== "COMPOSITE") return { TotalPartsCount: parts.length };
  const from = Number(PartNumberMarker);
  const listed = parts
    .map(({ size, checksums }, k) => ({ PartNumber: k + 1, Size: size, ...checksums }))
    .slice(from, from + Math.min(MaxParts, mostParts));
  const last = from + listed.length;
  return {
    TotalPartsCount: parts.length,
    PartNumberMarker,
    NextPartNumberMarker: String(last),
    MaxParts,
    IsTruncated: last < parts.length,
    Parts: listed,
  };
}
