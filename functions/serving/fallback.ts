/** How long a function's instance keeps the list: it changes once per retraining. */
const keptMilliseconds = 300_000;

/**
 * Reads the list of popular items that the retraining keeps in S3 and remembers it for five minutes. A list that
 * cannot be read is tried again at the next call.
 */
export function popularItems(bucket: string, key: string): () => Promise<string[]> {
  let kept: { until: number; items: Promise<string[]> } | undefined;
  const read = async () => {
    const { S3Client, GetObjectCommand } = await import("@aws-sdk/client-s3");
    const client = new S3Client({ requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000 } });
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const { items } = JSON.parse((await Body?.transformToString()) ?? "{}") as { items?: string[] };
    return items ?? [];
  };
  return () => {
    const now = Date.now();
    if (!kept || kept.until < now) {
      const items = read();
      kept = { until: now + keptMilliseconds, items };
      items.catch(() => {
        kept = undefined;
      });
    }
    return kept.items;
  };
}
