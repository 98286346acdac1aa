import type { Aws } from "./aws";

export interface ListedObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly modified: Date;
}

/** Lists the objects below a prefix, in the order of their keys. */
export async function* listObjects(
  { call }: Pick<Aws, "call">,
  Bucket: string,
  Prefix: string,
  StartAfter?: string,
): AsyncGenerator<ListedObject> {
  let ContinuationToken: string | undefined;
  do {
    const page = await call("s3", "ListObjectsV2", { Bucket, Prefix, StartAfter, ContinuationToken });
    for (const { Key = "", Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
      yield { key: Key, size: Size, modified: LastModified };
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
}

export async function listNewest(aws: Pick<Aws, "call">, bucket: string, prefix: string): Promise<ListedObject[]> {
  const found: ListedObject[] = [];
  for await (const object of listObjects(aws, bucket, prefix)) found.push(object);
  return found.sort((a, b) => Number(b.modified) - Number(a.modified));
}
