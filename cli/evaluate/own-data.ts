import { basename } from "node:path";
import { codeTexts } from "../../local/account/services/personalize/recommender/data/coded-texts";
import { type DataSet, dataSetOf } from "../../local/account/services/personalize/recommender/data/data-set";
import type { InteractionTable, ItemTable } from "../../local/account/services/personalize/recommender/data/types";
import { checkRows, keepLastRows, readInteractions } from "../../seed/import-files/checked-rows";
import { type CsvFile, isEmptyLine, placeOf } from "../../seed/import-files/csv-file";
import { readGivenCsv, requireColumns } from "../../seed/import-files/given-file";
import { deriveColumn } from "../../seed/import-files/items-schema";

/**
 * Reads a user's CSV files with the checks of an import. The files contain no types: those of the
 * items' columns are derived as for the import of a file without a schema.
 * @throws with file, line and column when an import would fail
 */
export function readOwnData(interactionsFile: string, itemsFile?: string): DataSet {
  const interactions = { setting: "--interactions", path: interactionsFile, remedy: "Give another file." };
  const csv = readInteractions(interactions);
  return dataSetOf(basename(interactionsFile), toInteractions(csv), itemsFile ? readItems(itemsFile) : noItems);
}

const noItems: ItemTable = { itemIds: [], categorical: {}, creationTimestamps: new Float64Array(0) };

function toInteractions(csv: CsvFile): InteractionTable {
  const cellsOf = readColumns(csv);
  return {
    userIds: codeTexts(cellsOf("USER_ID")),
    itemIds: codeTexts(cellsOf("ITEM_ID")),
    timestamps: Float64Array.from(cellsOf("TIMESTAMP"), Number),
    eventTypes: codeTexts(csv.position.has("EVENT_TYPE") ? cellsOf("EVENT_TYPE") : []),
  };
}

function readItems(path: string): ItemTable {
  const items = { setting: "--items", path, remedy: "Give another file." };
  const file = readGivenCsv(items);
  requireColumns(file, items, ["ITEM_ID"]);
  const { csv } = keepLastRows(checkRows(file, items, [{ name: "ITEM_ID", type: "string" }]), items);
  const cellsOf = readColumns(csv);
  const itemIds = cellsOf("ITEM_ID");
  const categorical = [...csv.position.keys()].flatMap((name) => {
    const cells = cellsOf(name);
    return name !== "ITEM_ID" && deriveColumn(name, cells).categorical ? [[name, cells] as const] : [];
  });
  const creationTimestamps = new Float64Array(itemIds.length).fill(Number.NaN);
  return { itemIds, categorical: Object.fromEntries(categorical), creationTimestamps };
}

/** Returns a reader of the columns' cells, without those of empty lines. */
function readColumns(csv: CsvFile): (column: string) => string[] {
  const filled = csv.rows.slice(1).filter((row) => !isEmptyLine(row));
  return (column) => {
    const place = placeOf(csv, column);
    return filled.map((row) => row[place] ?? "");
  };
}
