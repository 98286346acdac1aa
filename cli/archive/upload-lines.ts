import { Readable } from "node:stream";
import { S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { DeployedStack } from "../stack/stack";

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

/**
 * Joins lines into larger pieces, so that not every line is a step of the upload. `onPiece` gets
 * each.
 */
async function* joinLines(lines: AsyncIterable<string>, onPiece?: (piece: string) => void): AsyncGenerator<string> {
  let piece = "";
  for await (const line of lines) {
    piece += line;
    if (piece.length < 65_536) continue;
    onPiece?.(piece);
    yield piece;
    piece = "";
  }
  onPiece?.(piece);
  if (piece !== "") yield piece;
}
