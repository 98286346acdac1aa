import { Fault } from "../../../aws/fault";
import { readAllPages } from "../../../aws/read-all-pages";
import { invalidInput, JobFailure } from "../faults";
import type { DataAccess, Job, StoredObject } from "./data-access";

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
  readonly content: StoredObject;
}

/**
 * The files of an import's location: one object, or those directly in a folder that ends in `/`.
 * Throws JobFailure in the service's words.
 */
export const readSource = (data: DataAccess, job: Job, location: string) => readFiles(data, job, location, isImported);

/**
 * The files of a batch: all whose keys begin with its path, also those of other folders (guide,
 * "Creating a batch inference job": "uses all files matching that prefix"). Throws JobFailure in
 * the service's words.
 */
export const readPrefix = (data: DataAccess, job: Job, location: string) => readFiles(data, job, location, isFile);

async function* readFiles(
  data: DataAccess,
  job: Job,
  location: string,
  takes: (found: string, key: string) => boolean,
): AsyncGenerator<SourceFile> {
  const { bucket, key } = parseLocation(location);
  const keys = (await listKeys(data, job, bucket, key)).filter((found) => takes(found, key));
  if (keys.length === 0) throw new JobFailure(`Invalid Data location: ${location} contains no file.`);
  for (const found of keys) {
    const content = await translateFaults(() => data.read(job, bucket, found));
    yield { name: `s3://${bucket}/${found}`, content };
  }
}

/** Takes only the files directly in a folder: files in subfolders are not imported. */
function isImported(found: string, key: string): boolean {
  if (key !== "" && !key.endsWith("/")) return found === key;
  const name = found.slice(key.length);
  return name !== "" && !name.includes("/");
}

/** Consoles mark an empty folder by an object whose key ends in `/`. */
const isFile = (found: string) => !found.endsWith("/");

async function listKeys(data: DataAccess, job: Job, bucket: string, prefix: string): Promise<string[]> {
  const found = await readAllPages(async (token) => {
    const page = await translateFaults(() => data.list(job, bucket, prefix, token));
    return { items: page.Contents, next: page.NextContinuationToken };
  });
  return found.flatMap(({ Key = [] }) => Key);
}

/** Runs work on S3; what S3 refuses becomes a job's failure, in the service's words. */
export async function translateFaults<T>(work: () => Promise<T>): Promise<T> {
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
