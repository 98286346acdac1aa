import { readAllPages } from "../../../account/aws/read-all-pages";
import type { ObjectPage } from "../../messages";
import type { Calls } from "../caller";

/** All objects below a prefix, the newest first: S3 lists at most 1,000 a page, by key. */
export async function listNewest(view: Calls, Bucket: string, Prefix: string) {
  const read = async (ContinuationToken: string | undefined) => {
    const from = ContinuationToken === undefined ? {} : { ContinuationToken };
    const { Contents, NextContinuationToken } = await view("s3", "ListObjectsV2", { Bucket, Prefix, ...from });
    return { items: Contents, next: NextContinuationToken };
  };
  const found = await readAllPages(read);
  return found.sort((a, b) => Number(b.LastModified) - Number(a.LastModified));
}

const pageSize = 50;

/** A page of a bucket's objects, by key. */
export async function readObjects(
  view: Calls,
  Bucket: string,
  Prefix: string,
  token: string | null,
): Promise<ObjectPage> {
  const { Contents = [], NextContinuationToken } = await view("s3", "ListObjectsV2", {
    Bucket,
    MaxKeys: pageSize,
    ...(Prefix === "" ? {} : { Prefix }),
    ...(token === null ? {} : { ContinuationToken: token }),
  });
  return {
    objects: Contents.map(({ Key = "", Size = 0, LastModified }) => ({
      key: Key,
      size: Size,
      modified: LastModified?.toISOString() ?? "",
    })),
    ...(NextContinuationToken !== undefined && { next: NextContinuationToken }),
  };
}
