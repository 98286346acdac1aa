import type { S3 } from "@aws-sdk/client-s3";
import { Fault } from "../../../aws/fault";
import { JobFailure } from "../faults";
import type { DataAccess } from "./data-access";

/** Milliseconds without a byte after which a request ends. */
const usualPatience = 20_000;

/**
 * The S3 of another emulator. Its bucket policies and keys are its own: it checks them, or nobody
 * does.
 */
export function accessOutside(endpoint: string, patience = usualPatience): DataAccess {
  const clients = new Map<string, Promise<S3>>();
  const s3 = (region: string) => {
    const client = clients.get(region) ?? connect(endpoint, region, patience);
    clients.set(region, client);
    return client;
  };
  const ask = async <T>(region: string, work: (client: S3) => Promise<T>): Promise<T> => {
    try {
      return await work(await s3(region));
    } catch (error) {
      throw toFailure(endpoint, error);
    }
  };
  return {
    list: ({ scope }, Bucket, Prefix, ContinuationToken) =>
      ask(scope.region, (client) => client.listObjectsV2({ Bucket, Prefix, ContinuationToken })),

    async read({ scope }, Bucket, Key) {
      const { Body, ContentLength = 0 } = await ask(scope.region, (client) => client.getObject({ Bucket, Key }));
      return {
        size: ContentLength,
        async *pieces() {
          try {
            for await (const piece of (Body ?? []) as AsyncIterable<Uint8Array>) yield piece;
          } catch (error) {
            throw toFailure(endpoint, error);
          }
        },
      };
    },

    async write({ scope }, Bucket, Key, content, encryption) {
      const Body = content.bytes();
      await ask(scope.region, (client) => client.putObject({ Bucket, Key, Body, ...encryption }));
    },

    useKey: async () => undefined,
  };
}

/**
 * Signs with the keys of the environment, which some S3 servers check. Emulators take any keys.
 */
async function connect(endpoint: string, region: string, patience: number): Promise<S3> {
  const { S3 } = await import("@aws-sdk/client-s3");
  const { AWS_ACCESS_KEY_ID: accessKeyId = "test", AWS_SECRET_ACCESS_KEY: secretAccessKey = "test" } = process.env;
  return new S3({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    // Not every emulator knows the checksums that clients add by themselves.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: { connectionTimeout: patience, socketTimeout: patience },
  });
}

/** An answer of the other emulator keeps its name, by which jobs know what failed. */
function toFailure(endpoint: string, error: unknown): Error {
  const { name, message, code, $response } = error as Error & { code?: string; $response?: unknown };
  // Errors of several addresses have no message; those of an answer that is not XML have a second
  // line, for programmers.
  const said = message.split("\n")[0] || code || name;
  if ($response !== undefined) return new Fault(name, `${said} (${name}, from the S3 at ${endpoint})`);
  return new JobFailure(`The S3 at ${endpoint} cannot be reached: ${said}`);
}
