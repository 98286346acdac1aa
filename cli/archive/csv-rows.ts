import { pipeline, Readable } from "node:stream";
import { parse } from "csv-parse";
import { toColumnKey } from "../../values/columns";
import type { Aws } from "../stack/aws";
import { type StoredObject, streamObject } from "./objects";

/** Cells by the name of their column, in upper case. */
export type Row = ReadonlyMap<string, string>;

/**
 * A part of a CSV object, with its line ends. Without a row it is the header, or nothing but line
 * ends.
 */
interface Line {
  readonly text: string;
  readonly row?: Row;
}

/**
 * Reads a CSV object row by row, without loading it into memory. The texts together are the object.
 */
export async function* readCsv(aws: Pick<Aws, "call">, object: StoredObject): AsyncGenerator<Line> {
  let ahead = Buffer.alloc(0);
  const keep = async function* () {
    for await (const piece of streamObject(aws, object)) {
      ahead = Buffer.concat([ahead, piece]);
      yield piece;
    }
  };
  const parser = parse({ bom: true, info: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true });
  const rows: AsyncIterable<{ info: { bytes: number }; record: string[] }> = parser;
  pipeline(Readable.from(keep()), parser, () => {});
  let columns: readonly string[] | undefined;
  let start = 0;
  for await (const { info, record } of rows) {
    const text = ahead.toString("utf8", 0, info.bytes - start);
    ahead = ahead.subarray(info.bytes - start);
    start = info.bytes;
    if (columns) yield { text, row: new Map(columns.map((column, index) => [column, record[index] ?? ""])) };
    else yield { text };
    columns ??= record.map(toColumnKey);
  }
  yield { text: ahead.toString("utf8") };
}
