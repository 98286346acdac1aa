import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { parse } from "csv-parse";
import { type RecognisedColumns, recogniseColumns, toEpochSeconds } from "../../components/ingestion/foreign-data";
import { readFormat } from "./csv-format";

export interface ConvertOptions {
  readonly from: string;
  readonly to: string;
  /** Names of columns that are not recognised: name in the import to name in the file. */
  readonly columns: ReadonlyMap<string, string>;
}

export interface Converted extends RecognisedColumns {
  readonly rows: number;
  /** Rows without a user, item or time. */
  readonly leftOut: number;
}

/** Columns with times, which become seconds. */
const times = ["TIMESTAMP", "CREATION_TIMESTAMP"];

/**
 * Writes a file of interactions or items with the columns of the import, row by row, so that a file may be larger than the
 * memory. The new file exists only when all of it was written.
 */
export async function convertFile({ from, to, columns }: ConvertOptions): Promise<Converted> {
  const { header, delimiter } = await readFormat(from);
  const absent = [...columns.values()].find((name) => !header.includes(name));
  if (absent !== undefined) {
    throw new Error(`--column: ${from} has no column "${absent}". Its columns: ${header.join(", ")}.`);
  }
  const recognised = recogniseColumns(header, columns);
  if (recognised === undefined) {
    throw new Error(
      `${from}: its columns, ${header.join(", ")}, are not recognised. Name those of the users, the items and the times:\n` +
        `  npx recommender convert ${basename(from)} --out ${basename(to)} --column USER_ID=<name> --column ITEM_ID=<name> --column TIMESTAMP=<name>`,
    );
  }
  const counts = { rows: 0, leftOut: 0 };
  const parser = parse({ delimiter, bom: true, relax_quotes: true, relax_column_count: true, skip_empty_lines: true });
  const unfinished = `${to}.unfinished`;
  try {
    await pipeline(
      createReadStream(from),
      parser,
      (rows: AsyncIterable<string[]>) => convertRows(rows, header, recognised, counts, from),
      createWriteStream(unfinished),
    );
    await rename(unfinished, to);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return { ...recognised, ...counts };
}

/** Text of about this size is written at a time. */
const pieceLength = 64 * 1024;

async function* convertRows(
  rows: AsyncIterable<string[]>,
  header: readonly string[],
  { kind, columns }: RecognisedColumns,
  counts: { rows: number; leftOut: number },
  file: string,
): AsyncGenerator<string> {
  const needed = kind === "interactions" ? ["USER_ID", "ITEM_ID", "TIMESTAMP"] : ["ITEM_ID"];
  const places = Array.from(columns, ([column, name]) => ({
    column,
    place: header.indexOf(name),
    needed: needed.includes(column),
  }));
  let piece = `${[...columns.keys()].join(",")}\n`;
  let isHeader = true;
  for await (const row of rows) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    if (places.some(({ place, needed }) => needed && !row[place]?.trim())) {
      counts.leftOut++;
      continue;
    }
    const cells = places.map(({ column, place }) => {
      const cell = row[place]?.trim() ?? "";
      return times.includes(column) && cell !== ""
        ? toSeconds(cell, `${file}, row ${counts.rows + counts.leftOut + 1}`)
        : quote(cell);
    });
    counts.rows++;
    piece += `${cells.join(",")}\n`;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

function toSeconds(text: string, where: string): string {
  const seconds = toEpochSeconds(text);
  if (seconds !== undefined) return String(seconds);
  throw new Error(
    `${where}: ${JSON.stringify(text.slice(0, 60))} is not a time that can be converted. ` +
      "Give seconds or milliseconds since 1970, or ISO dates such as 2024-06-01 or 2024-06-01T12:30:00Z.",
  );
}

const quote = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
