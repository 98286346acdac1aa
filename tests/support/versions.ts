import { gunzipSync } from "node:zlib";
import type { S3 } from "@aws-sdk/client-s3";

/** Reads all versions of all objects of a bucket, unpacked, by key and in the order of writing. */
export async function readVersions(s3: S3, Bucket: string): Promise<Record<string, string[]>> {
  const { Versions = [] } = await s3.listObjectVersions({ Bucket });
  const found: Record<string, string[]> = {};
  for (const { Key = "", VersionId } of Versions.reverse()) {
    const { Body } = await s3.getObject({ Bucket, Key, VersionId });
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    found[Key] = [...(found[Key] ?? []), (Key.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8")];
  }
  return found;
}

/** Deletes all versions of the objects of a bucket whose keys begin with `Prefix`. */
export async function deleteVersions(s3: S3, Bucket: string, Prefix = ""): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket, Prefix });
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) await s3.deleteObject({ Bucket, Key, VersionId });
}

/** Decodes the records in a text, which the quarantine has in Base64. */
export const decodeRecords = (text: string): string =>
  text.replace(/"data":"([^"]*)"/g, (_all, data) => Buffer.from(data, "base64").toString("utf8"));
