import { randomBytes, randomUUID } from "node:crypto";
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

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** `<prefix><stream>-<version>-<time>-<uuid><extension>`; the time is the oldest record's arrival. */
function keyOf(stream: DeliveryStream, oldest: number): string {
  const { prefix, timeZone, extension } = stream.destination;
  const randomString = () => Array.from(randomBytes(11), (byte) => alphabet[byte % alphabet.length]).join("");
  const evaluated = evaluatePrefix(prefix, { time: oldest, timeZone, randomString });
  return `${evaluated}${stream.name}-${stream.version}-${nameTime(oldest, timeZone)}-${randomUUID()}${extension}`;
}
