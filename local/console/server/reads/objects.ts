import type { ObjectPage } from "../../messages";
import type { Calls } from "../caller";

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
