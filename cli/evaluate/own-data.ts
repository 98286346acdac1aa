import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline/promises";
import { parse } from "csv-parse/sync";
import type { Field } from "../../local/account/services/personalize/formats/avro-schema";
import { readCsv } from "../../local/account/services/personalize/formats/csv-reader";
import { Vocabulary } from "../../local/account/services/personalize/recommender/data/coded-texts";
import type {
  CodedTexts,
  InteractionTable,
  ItemTable,
} from "../../local/account/services/personalize/recommender/data/types";
import { neededColumns, requireReadable } from "../../seed/own-data/given-file";
import { deriveColumn } from "../../seed/own-data/items-schema";
import { type DataSet, dataSetOf } from "./data-set";

const noItems: ItemTable = { itemIds: [], categorical: {}, creationTimestamps: new Float64Array(0) };

/**
 * Reads a user's CSV files with the checks of an import. The files contain no types: those of the items' columns are derived
 * as for the import of a file without a schema.
 * @throws with file, line and column when an import would fail
 */
export async function readOwnData(interactionsFile: string, itemsFile?: string): Promise<DataSet> {
  const remedy = "Give another file.";
  requireReadable({ setting: "--interactions", path: interactionsFile, remedy });
  if (itemsFile !== undefined) requireReadable({ setting: "--items", path: itemsFile, remedy });
  const interactions = await readInteractions(interactionsFile);
  const items = itemsFile === undefined ? noItems : await readItems(itemsFile);
  return dataSetOf(basename(interactionsFile), interactions, items);
}

async function readInteractions(file: string): Promise<InteractionTable> {
  const header = await readHeader(file);
  const hasTypes = header.includes("EVENT_TYPE");
  const fields = [field("USER_ID", "string"), field("ITEM_ID", "string"), field("TIMESTAMP", "long")];
  if (hasTypes) fields.push({ ...field("EVENT_TYPE", "string"), nullable: true });
  const users = createCodedColumn();
  const items = createCodedColumn();
  const types = createCodedColumn();
  const timestamps: number[] = [];
  const missing = fields.map(({ name }) => name).filter((name) => !header.includes(name));
  try {
    await readCsv(basename(file), createReadStream(file), fields, ([user, item, time, type]) => {
      users.add(String(user));
      items.add(String(item));
      timestamps.push(Number(time));
      if (hasTypes) types.add(textOf(type) ?? "");
    });
  } catch (error) {
    if (missing.length === 0 || header.length === 0) throw error;
    throw new Error(`${(error as Error).message}\n  ${neededColumns.interactions}`);
  }
  if (timestamps.length === 0)
    throw new Error(`${basename(file)} has a header and no rows. Give at least one interaction.`);
  const [userIds, itemIds, eventTypes] = [users.done(), items.done(), types.done()];
  return { userIds, itemIds, timestamps: Float64Array.from(timestamps), eventTypes };
}

/** A column that is coded row by row, so that the rows' texts are not kept in memory. */
function createCodedColumn() {
  const vocabulary = new Vocabulary();
  const codes: number[] = [];
  return {
    add: (text: string) => codes.push(vocabulary.codeOf(text)),
    done: (): CodedTexts => ({ values: vocabulary.values, codes: Int32Array.from(codes) }),
  };
}

async function readItems(file: string): Promise<ItemTable> {
  const header = await readHeader(file);
  const names = header.filter((name) => name !== "ITEM_ID" && name !== "CREATION_TIMESTAMP" && name !== "");
  const others = names.map((name): Field => ({ ...field(name, "string"), nullable: true, textual: true }));
  const itemIds: string[] = [];
  const cells = names.map((): (string | undefined)[] => []);
  await readCsv(basename(file), createReadStream(file), [field("ITEM_ID", "string"), ...others], ([itemId, ...row]) => {
    itemIds.push(String(itemId));
    for (const [column, cell] of row.entries()) cells[column]?.push(textOf(cell));
  });
  const categorical = names.flatMap((name, column) => {
    const columnCells = cells[column] ?? [];
    const { categorical, values } = deriveColumn(name, columnCells);
    // A column with one value for all items is a category that predicts nothing.
    return categorical && values > 1 ? [[name, columnCells] as const] : [];
  });
  const creationTimestamps = new Float64Array(itemIds.length).fill(Number.NaN);
  return { itemIds, categorical: Object.fromEntries(categorical), creationTimestamps };
}

const required = { nullable: false, categorical: false, textual: false };
const field = (name: string, type: Field["type"]): Field => ({ name, type, ...required });

const textOf = (cell: string | number | undefined): string | undefined =>
  cell === undefined ? undefined : String(cell);

/** More than any header has: a file may be one long line. */
const headerBytes = 64 * 1024;

/** The first line of the file as column names; [] for an empty file. */
async function readHeader(file: string): Promise<string[]> {
  const input = createReadStream(file, { encoding: "utf8", end: headerBytes - 1 });
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      return parse(line, { bom: true, relax_quotes: true })[0] ?? [];
    }
    return [];
  } finally {
    input.destroy();
  }
}
