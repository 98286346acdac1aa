import { basename, join } from "node:path";
import { codeTexts } from "../../local/account/services/personalize/recommender/data/coded-texts";
import { dataSetOf } from "../../local/account/services/personalize/recommender/data/data-set";
import type { InteractionTable, ItemTable } from "../../local/account/services/personalize/recommender/data/types";
import { attempt } from "../../names/attempt";
import { programName } from "../../names/layout";
import { type CsvFile, isEmptyLine, placeOf } from "../../seed/import-files/csv-file";
import type { GivenFile } from "../../seed/import-files/given-file";
import { judgeData, listProblems } from "../../seed/import-files/read-data";
import { deriveColumn } from "../../seed/import-files/rows-schema";
import { dataRules } from "../../stacks/config/data-rules";
import { describeByOption } from "../../stacks/config/problems";
import { applyRules } from "../../stacks/config/rules";
import { parseWeights } from "./event-weights";

/** The files to evaluate. */
export interface EvaluateOptions {
  readonly interactions: string;
  readonly interactionsSchema?: string;
  readonly items?: string;
  /** Judged only: the local model does not learn from what is known about users. */
  readonly users?: string;
  /** As text: `Application=1,Favorite=0.1`. */
  readonly eventWeights?: string;
}

/**
 * Reads a user's CSV files, and judges them as the preview of a stack does. The files contain no
 * types: those of the items' columns are derived as for the import of a file without a schema.
 * @throws with all that a preview would refuse in the files
 */
export function readOwnData({ interactions, interactionsSchema, items, users, eventWeights }: EvaluateOptions) {
  const config = {
    interactionsFile: interactions,
    interactionsSchemaFile: interactionsSchema ?? standardSchema,
    itemsFile: items,
    usersFile: users,
  };
  const { data, problems, warnings } = judgeData(config, { fileOf, root });
  if (data === undefined) throw new Error(listProblems(problems, warnings));
  const refused = [...problems];
  const file = data.interactions.file;
  const set = dataSetOf(
    basename(interactions),
    toInteractions(file),
    items === undefined ? noItems : toItems(data.items.file),
  );
  const weights =
    eventWeights === undefined ? undefined : attempt(() => parseWeights(eventWeights, data.eventTypes), refused);
  const { eventTypes } = data;
  const given =
    weights === undefined ? { data } : { data, eventTypes: [...eventTypes], eventWeights: weights, eachPlacement: {} };
  const wrong = applyRules(dataRules, given).problems;
  const all = [...refused, ...wrong.map((problem) => describeByOption(problem, (key) => options.get(key)))];
  if (refused.length > 0) throw new Error(listProblems(all, warnings));
  return {
    set,
    /** The interactions. */
    file,
    /** That of the interactions. */
    schema: data.interactions.schema,
    weights,
    /** The problems of data that can be read, which a preview refuses. */
    problems: all,
    notes: data.notes,
    warnings,
  };
}

const root = join(__dirname, "../..");
/** That of a stack without `interactionsSchemaFile`. */
const standardSchema = join(root, "seed/interactions.schema.json");

/** The options that name what keys of the configuration name. */
const options = new Map<string, string>([
  ["interactionsFile", "--interactions"],
  ["interactionsSchemaFile", "--interactions-schema"],
  ["itemsFile", "--items"],
  ["usersFile", "--users"],
  ["eventTypes", "--interactions"],
  ["eventWeights", "--event-weights"],
]);

const fileOf = (key: string, path: string): GivenFile => ({
  setting: options.get(key) ?? `${programName}:${key}`,
  path,
  remedy: "Give another file.",
});

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
