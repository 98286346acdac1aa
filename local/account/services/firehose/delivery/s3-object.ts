import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { Content } from "../../../content/content";
import type { Caller, Host } from "../../../host/service";
import type { Batch, DeliveryStream } from "../state/delivery-stream";
import type { Destination } from "../state/destination";
import { evaluatePrefix, nameTime } from "./prefix";

const compress = promisify(gzip);

/** Writes a batch to the bucket. Returns its size before compression. */
export async function writeObject(host: Host, stream: DeliveryStream, caller: Caller, batch: Batch): Promise<number> {
  const { destination } = stream;
  const plain = bodyOf(batch, destination);
  const body = destination.gzip ? await compress(plain) : plain;
  await host.call(caller, "s3", "PutObject", {
    Bucket: destination.bucket,
    Key: keyOf(stream, batch.oldest),
    Body: Content.of(body),
    ContentType: "application/octet-stream",
    ...(destination.kmsKeyArn !== undefined && {
      ServerSideEncryption: "aws:kms" as const,
      SSEKMSKeyId: destination.kmsKeyArn,
    }),
  });
  return plain.length;
}

function bodyOf({ records }: Batch, { delimiter }: Destination): Buffer {
  const end = Buffer.from(delimiter);
  return Buffer.concat(delimiter === "" ? records.map(({ data }) => data) : records.flatMap(({ data }) => [data, end]));
}

/**
 * `<prefix><stream>-<version>-<time>-<uuid><extension>`; the time is the oldest record's arrival.
 */
function keyOf({ name, version, destination: { prefix, gzip } }: DeliveryStream, oldest: number): string {
  const end = gzip ? ".gz" : "";
  return `${evaluatePrefix(prefix, oldest)}${name}-${version}-${nameTime(oldest)}-${randomUUID()}${end}`;
}
