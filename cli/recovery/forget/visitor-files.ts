import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { parse } from "csv-parse";
import { joinLines } from "../stored/join-lines";
import { deleteVersion, type ObjectVersion, readTags } from "../stored/objects";
import { parseEvent } from "../stored/stored-event";

/** A part of a file: with its text, a visitor's row; without a user, everything else. */
interface Line {
  readonly text: string;
  readonly user?: string | undefined;
}

/** The rows that were deleted from a file with many visitors. */
export interface ErasedFile {
  /** The visitor's rows in the newest version. */
  readonly rows: number;
  /** An earlier version was deleted because it had the visitor's rows. */
  readonly isOldVersion: boolean;
}

/**
 * Writes a CSV file, or a file of JSON lines, again without the rows of some users, and deletes the version that has them; an
 * earlier version is only deleted. Reads a file that has such rows twice, and keeps no more than a part of it in memory.
 */
export async function eraseRows(
  client: S3Client,
  version: ObjectVersion,
  users: ReadonlySet<string>,
): Promise<ErasedFile> {
  let rows = 0;
  for await (const { user } of readLines(client, version)) if (isOf(users, user)) rows++;
  if (rows > 0 && version.isLatest) await writeWithout(client, version, users);
  if (rows > 0) await deleteVersion(client, version);
  return { rows: version.isLatest ? rows : 0, isOldVersion: rows > 0 && !version.isLatest };
}

const isOf = (users: ReadonlySet<string>, user: string | undefined) => user !== undefined && users.has(user);

async function writeWithout(client: S3Client, version: ObjectVersion, users: ReadonlySet<string>): Promise<void> {
  const { bucket, key, etag } = version;
  async function* kept() {
    for await (const { text, user } of readLines(client, version)) if (!isOf(users, user)) yield text;
  }
  const tags = await readTags(client, version);
  const params = {
    Bucket: bucket,
    Key: key,
    Body: Readable.from(joinLines(kept()), { objectMode: false }),
    ContentType: key.endsWith(".csv") ? "text/csv" : "application/json",
    // Not when a deployment has replaced the file since it was read.
    IfMatch: etag,
    ...(tags === "" ? {} : { Tagging: tags }),
  };
  await new Upload({ client, params, partSize: 16 * 1024 ** 2, queueSize: 2 }).done();
}

async function* readLines(client: S3Client, { bucket, key, versionId }: ObjectVersion): AsyncGenerator<Line> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
  yield* key.endsWith(".csv") ? readCsv(Body as Readable) : readJson(Body as Readable);
}

async function* readCsv(body: Readable): AsyncGenerator<Line> {
  const options = { bom: true, raw: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true };
  const rows: AsyncIterable<{ raw: string; record: string[] }> = body.pipe(parse(options));
  let place: number | undefined;
  for await (const { raw, record } of rows) {
    // The parser leaves a part of the line's end in the text.
    const text = `${raw.replace(/^[\r\n]+|[\r\n]+$/g, "")}\n`;
    if (place === undefined) {
      place = record.findIndex((name) => name.trim().toUpperCase() === "USER_ID");
      yield { text };
    } else yield { text, user: record[place] };
  }
}

/** The user of a line is `userId` in an input of a batch inference, and `input.userId` in its output. */
async function* readJson(body: Readable): AsyncGenerator<Line> {
  for await (const line of createInterface({ input: body, crlfDelay: Number.POSITIVE_INFINITY })) {
    const { userId, input } = (parseEvent(line) ?? {}) as { userId?: string; input?: { userId?: string } };
    yield { text: `${line}\n`, user: userId ?? input?.userId };
  }
}
