import { CopyObjectCommand, DeleteObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { StoredObject } from "../stored/objects";
import { replayedPrefix } from "../stored/places";

/** Copies an object of sent records below `replayed/`. */
export async function keepReplayed(client: S3Client, { bucket, key }: StoredObject): Promise<void> {
  const source = [bucket, ...key.split("/")].map(encodeURIComponent).join("/");
  await client.send(new CopyObjectCommand({ Bucket: bucket, Key: replayedPrefix + key, CopySource: source }));
}

/** Moves an object of sent records below `replayed/`. Interrupted in between, the next replay repeats it. */
export async function moveReplayed(client: S3Client, object: StoredObject): Promise<void> {
  await keepReplayed(client, object);
  await client.send(new DeleteObjectCommand({ Bucket: object.bucket, Key: object.key }));
}
