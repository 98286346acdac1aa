import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { type PutObjectCommandInput, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { DeployedStack } from "../stack/stack";

export type Content = Iterable<Buffer | string> | AsyncIterable<Buffer | string>;

/**
 * Creates the function that writes an object piece by piece; one whose key ends in `.gz` is packed.
 */
export function createUpload({ client }: DeployedStack) {
  const s3 = new S3Client(client);
  return async (object: Omit<PutObjectCommandInput, "Body"> & { readonly Key: string }, content: Content) => {
    const plain = Readable.from(content, { objectMode: false });
    const Body = object.Key.endsWith(".gz") ? pipeline(plain, createGzip(), () => {}) : plain;
    // 10,000 parts of 16 MiB are more than the 100 GB that an import may have (Personalize's
    // quotas).
    const parts = { partSize: 16 * 1024 ** 2, queueSize: 2 };
    await new Upload({ client: s3, params: { ...object, Body }, ...parts }).done();
  };
}
