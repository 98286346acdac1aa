import { Readable } from "node:stream";
import { S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { joinLines } from "../../join-lines";
import type { DeployedStack } from "../../stack/find-stack";

/** Writes lines to an object, piece by piece. `onPiece` gets each before it is sent. */
export async function uploadLines(
  { client }: DeployedStack,
  object: { readonly Bucket: string; readonly Key: string; readonly ContentType: string },
  lines: AsyncIterable<string>,
  onPiece?: (piece: string) => void,
): Promise<void> {
  const Body = Readable.from(joinLines(lines, onPiece), { objectMode: false });
  // 10,000 parts of 16 MiB are more than the 100 GB that an import may have (Personalize's quotas).
  const parts = { partSize: 16 * 1024 ** 2, queueSize: 2 };
  await new Upload({ client: new S3Client(client), params: { ...object, Body }, ...parts }).done();
}
