import type { ObjectPart } from "@aws-sdk/client-s3";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { refuse } from "../faults";
import { algorithmOf } from "../request/checksums";
import type { Buckets } from "../state/bucket";
import type { Encryption } from "../state/encryption";
import { findReadable } from "../state/find-readable";
import { pageSize } from "../state/list-keys";
import type { ObjectVersion } from "../state/versions";
import { versionHeader } from "../state/write";

/** Returns what HeadObject returns, and the parts, without reading the object. */
export function objectAttributeHandlers(host: Host, buckets: Buckets, encryption: Encryption) {
  return {
    async GetObjectAttributes(input, call) {
      refuse("GetObjectAttributes", input, ["SSECustomerAlgorithm", "SSECustomerKey"]);
      const bucket = buckets.of(call, input);
      const version = findReadable(host, call, bucket, input.Key ?? "", input.VersionId);
      const wanted = new Set<string>(input.ObjectAttributes);
      if (wanted.has("Checksum")) await encryption.checkDecrypt(call, bucket, version.key, version.encryption);
      const checksums = Object.entries(version.checksums).map(([name, sum]) => [name, sum.replace(/-\d+$/, "")]);
      return {
        LastModified: version.modified,
        ...versionHeader(bucket, version),
        ...(wanted.has("ETag") ? { ETag: version.etag } : {}),
        ...(wanted.has("Checksum")
          ? { Checksum: { ...Object.fromEntries(checksums), ChecksumType: version.checksumType } }
          : {}),
        ...(wanted.has("ObjectParts") && version.parts
          ? { ObjectParts: partsOf(version, input.PartNumberMarker, input.MaxParts) }
          : {}),
        ...(wanted.has("StorageClass") ? { StorageClass: version.storageClass } : {}),
        ...(wanted.has("ObjectSize") ? { ObjectSize: version.body.size } : {}),
      };
    },
  } satisfies Handlers<Clients["s3"]>;
}

/** Parts are listed separately only if they have checksums (API reference, GetObjectAttributes). */
function partsOf({ parts = [], checksumType }: ObjectVersion, marker = "0", maxParts: number | undefined) {
  const total = { TotalPartsCount: parts.length };
  if (checksumType !== "COMPOSITE" || !parts.every(({ checksums }) => algorithmOf(checksums))) return total;
  const limit = pageSize(maxParts, "max-parts");
  const rest = parts.filter(({ number }) => number > Number(marker));
  const given = rest.slice(0, limit);
  return {
    ...total,
    MaxParts: limit,
    PartNumberMarker: marker === "" ? "0" : marker,
    NextPartNumberMarker: String(given.at(-1)?.number ?? 0),
    IsTruncated: given.length < rest.length,
    Parts: given.map(({ number, size, checksums }): ObjectPart => ({ PartNumber: number, Size: size, ...checksums })),
  };
}
