import { basename, join } from "node:path";
import { checkAvroSchema } from "../../dynamic-providers/checks/avro-schema";
import { codeTexts } from "../../local/account/services/personalize/recommender/data/coded-texts";
import { dataSetOf } from "../../local/account/services/personalize/recommender/data/data-set";
import type { InteractionTable, ItemTable } from "../../local/account/services/personalize/recommender/data/types";
import { checkRows, keepLastRows, noteUnused, readInteractions } from "../../seed/import-files/checked-rows";
import { type CsvFile, isEmptyLine, placeOf } from "../../seed/import-files/csv-file";
import { type GivenFile, readGivenCsv, readGivenText, requireColumns } from "../../seed/import-files/given-file";
import { judgeIds, requireKnownIds } from "../../seed/import-files/judge-ids";
import { itemsDataset } from "../../seed/import-files/rows-file";
import { deriveColumn } from "../../seed/import-files/rows-schema";
import { fieldsOf } from "../../seed/import-files/schema-fields";

/** The files to evaluate. */
export interface EvaluateOptions {
  readonly interactions: string;
  readonly interactionsSchema?: string;
  readonly items?: string;
  /** As text: `Application=1,Favorite=0.1`. */
  readonly eventWeights?: string;
}

/**
 * Reads a user's CSV files with the checks of an import. The files contain no types: those of the
 * items' columns are derived as for the import of a file without a schema.
 * @throws with file, line and column when an import would fail
 */
export function readOwnData({ interactions, interactionsSchema, items }: EvaluateOptions) {
  const given = fileOf("--interactions", interactions);
  const schema = readGivenText(fileOf("--interactions-schema", interactionsSchema ?? standardSchema));
  const problems = checkAvroSchema(schema);
  if (problems.length > 0) throw new Error(`--interactions-schema: ${problems.join("\n  ")}`);
  const fields = fieldsOf(schema);
  const csv = readInteractions(given, fields);
  const itemsFile = items === undefined ? undefined : readItems(fileOf("--items", items), csv);
  return {
    set: dataSetOf(basename(interactions), toInteractions(csv), itemsFile ? toItems(itemsFile.csv) : noItems),
    /** That of the interactions. */
    schema,
    warnings: [...noteUnused(csv, given, fields), ...(itemsFile?.notes ?? []), ...judgeIds(csv, itemsFile?.csv ?? csv)],
  };
}

const fileOf = (setting: string, path: string): GivenFile => ({ setting, path, remedy: "Give another file." });

/** That of a stack without `interactionsSchemaFile`. */
const standardSchema = join(__dirname, "../../seed/interactions.schema.json");

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

function readItems(given: GivenFile, interactions: CsvFile) {
  const file = readGivenCsv(given);
  requireColumns(file, given, ["ITEM_ID"]);
  requireKnownIds(itemsDataset, interactions, file, given);
  return keepLastRows(checkRows(file, given, [{ name: "ITEM_ID", type: "string" }]), given, itemsDataset);
}

function toItems(csv: CsvFile): ItemTable {
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
