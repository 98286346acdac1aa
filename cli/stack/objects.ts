import { readPages } from "./aws";
import type { StackReader } from "./read-stacks";

/** An object in a listing. */
export interface ListedObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly modified: Date;
}

/** Lists all objects below a prefix, the newest first: S3 lists at most 1,000 a page, by key. */
export async function listNewest({ call }: Pick<StackReader, "call">, Bucket: string, Prefix: string) {
  const pages = await readPages(
    (ContinuationToken) => call("s3", "ListObjectsV2", { Bucket, Prefix, ContinuationToken }),
    ({ NextContinuationToken }) => NextContinuationToken,
  );
  return pages
    .flatMap(({ Contents = [] }) => Contents)
    .map(
      ({ Key = "", Size = 0, LastModified = new Date(0) }): ListedObject => ({
        key: Key,
        size: Size,
        modified: LastModified,
      }),
    )
    .sort((a, b) => Number(b.modified) - Number(a.modified));
}

/** Reads an object as text. */
export async function readText({ call }: Pick<StackReader, "call">, Bucket: string, Key: string): Promise<string> {
  const { Body } = await call("s3", "GetObject", { Bucket, Key });
  return (await Body?.transformToString()) ?? "";
}
