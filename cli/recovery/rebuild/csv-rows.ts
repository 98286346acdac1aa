import type { Readable } from "node:stream";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { parse } from "csv-parse";
import type { StoredObject } from "../stored/objects";
import type { Row } from "./interactions";

/** Reads a CSV object row by row, with the columns' names in upper case, without loading it into memory. */
export async function* readCsvRows(client: S3Client, { bucket, key, versionId }: StoredObject): AsyncGenerator<Row> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
  const options = { bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true };
  const rows: AsyncIterable<string[]> = (Body as Readable).pipe(parse(options));
  let columns: readonly string[] | undefined;
  for await (const cells of rows) {
    if (columns) yield new Map(columns.map((column, index) => [column, cells[index] ?? ""]));
    else columns = cells.map((name) => name.trim().toUpperCase());
  }
}

/** Counts the rows of a CSV object. */
export async function countCsvRows(client: S3Client, object: StoredObject): Promise<number> {
  let rows = 0;
  for await (const _row of readCsvRows(client, object)) rows++;
  return rows;
}
