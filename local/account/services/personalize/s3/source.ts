import { bucketArn, objectArn, type Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import { readAllPages } from "../../../aws/read-all-pages";
import { Content } from "../../../content/content";
import type { Caller, Host } from "../../../host/service";
import { invalidInput, JobFailure } from "../faults";
import { asRole, asService } from "./data-role";

export interface Location {
  readonly bucket: string;
  readonly key: string;
}

/** `s3://bucket/path` in its parts. Throws InvalidInputException. */
export function parseLocation(location: string): Location {
  const [, bucket, key = ""] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(location) ?? [];
  if (bucket === undefined) throw invalidInput(`Invalid Data location: ${location}. Use s3://bucket/path.`);
  return { bucket, key };
}

interface SourceFile {
  readonly name: string;
  readonly content: Content;
}

/** The location that a job reads, and its role. */
export interface Source {
  readonly location: string;
  readonly roleArn: string;
  /** The reader: the `aws:SourceArn` of the role's and the bucket's policy. */
  readonly sourceArn: string;
}

/**
 * The files of a data location: one object, or those directly in a folder that ends in `/`. The
 * role must be allowed to list and read, and so must the service by the bucket's policy (guide,
 * "Giving Amazon Personalize access to Amazon S3"). Throws JobFailure in the service's words.
 */
export async function* readSource(
  host: Host,
  scope: Scope,
  { location, roleArn, sourceArn }: Source,
): AsyncGenerator<SourceFile> {
  const { bucket, key } = parseLocation(location);
  const role = await translateFaults(() => asRole(host, scope, roleArn, sourceArn));
  const service = asService(scope, sourceArn);
  const mayRead = (action: string, resource: string) =>
    translateFaults(() => host.authorise(service, { action, resource }));

  await mayRead("s3:ListBucket", bucketArn(bucket));
  const keys = (await listKeys(host, role, bucket, key)).filter((found) => isMeant(found, key));
  if (keys.length === 0) throw new JobFailure(`Invalid Data location: ${location} contains no file.`);
  for (const found of keys) {
    await mayRead("s3:GetObject", objectArn(bucket, found));
    const { Body } = await translateFaults(() => host.call(role, "s3", "GetObject", { Bucket: bucket, Key: found }));
    yield { name: `s3://${bucket}/${found}`, content: Body ?? Content.empty };
  }
}

/** Only the files directly in a folder: files in subfolders are not used. */
function isMeant(found: string, key: string): boolean {
  if (key !== "" && !key.endsWith("/")) return found === key;
  const name = found.slice(key.length);
  return name !== "" && !name.includes("/");
}

async function listKeys(host: Host, role: Caller, bucket: string, prefix: string): Promise<string[]> {
  const found = await readAllPages(async (ContinuationToken) => {
    const input = { Bucket: bucket, Prefix: prefix, ContinuationToken };
    const page = await translateFaults(() => host.call(role, "s3", "ListObjectsV2", input));
    return { items: page.Contents, next: page.NextContinuationToken };
  });
  return found.flatMap(({ Key = [] }) => Key);
}

/** Runs work on S3; what S3 refuses becomes a job's failure, in the service's words. */
export async function translateFaults<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toJobFailure(error);
  }
}

function toJobFailure(error: unknown): unknown {
  if (!(error instanceof Fault)) return error;
  if (error.code === "AccessDenied" || error.code === "AccessDeniedException") {
    return new JobFailure(`Insufficient privileges for accessing data in Amazon S3: ${error.message}`);
  }
  if (error.code === "NoSuchBucket" || error.code === "NoSuchKey") {
    return new JobFailure(`Invalid Data location: ${error.message}`);
  }
  return error;
}
