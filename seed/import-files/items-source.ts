import { attempt } from "../../names/attempt";
import { countOf } from "../../names/printable";
import { Refusal } from "../../names/refusal";
import { type CsvFile, placeOf, quoteCell, readCsv } from "./csv-file";
import { type GivenFile, readGivenCsv, readGivenText, showPath } from "./given-file";
import { requireKnownIds, sharesIds } from "./judge-ids";
import { itemsDataset, type Rows, readRowsFile } from "./rows-file";
import { writeSchema } from "./rows-schema";

/** The files of the items as the user gave them. */
export interface ItemsSource {
  /**
   * Absent: the catalogue of `standard` if the interactions are with its items, else the items of
   * the interactions.
   */
  readonly csv?: GivenFile | undefined;
  /**
   * Absent: the schema of `standard` if the file has its columns, else a schema that is derived
   * from the values.
   */
  readonly schema?: GivenFile | undefined;
  /** The project's own catalogue and its schema. */
  readonly standard: { readonly csv: GivenFile; readonly schema: GivenFile };
}

/**
 * Reads the items and their schema, and derives what is not given; undefined where neither a file
 * nor interactions could be read. Errors name the user's files and settings.
 */
export function readItems(
  { csv, schema, standard }: ItemsSource,
  interactions: CsvFile | undefined,
  problems: string[],
): Rows | undefined {
  if (csv !== undefined) {
    const source = { schema, standard: standard.schema, setting: standard.schema.setting };
    const items = readRowsFile(itemsDataset, csv, source, problems);
    if (interactions) attempt(() => requireKnownIds(itemsDataset, interactions, items.file, csv), problems);
    return items;
  }
  if (interactions === undefined) return undefined;
  const catalogue = readGivenCsv(standard.csv);
  if (sharesIds(itemsDataset, interactions, catalogue)) {
    return {
      file: catalogue,
      path: standard.csv.path,
      schema: readGivenText(schema ?? standard.schema),
      notes: [],
      warnings: [],
    };
  }
  if (schema !== undefined) {
    throw new Refusal(
      `${schema.setting}: there is no items file that ${showPath(schema.path)} describes.\n  ${standard.csv.remedy}`,
    );
  }
  return listItemsOf(interactions, standard);
}

const column = (file: CsvFile, name: string): string[] => {
  const place = placeOf(file, name);
  return file.rows.slice(1).map((row) => row[place] ?? "");
};

/**
 * The items of the interactions as an items file. An Items dataset needs a column in addition to
 * ITEM_ID and the reserved CREATION_TIMESTAMP (guide, "Schemas"): here the number of interactions.
 * CREATION_TIMESTAMP is the time of the first one, because the service explores new items.
 */
function listItemsOf(interactions: CsvFile, standard: ItemsSource["standard"]): Rows {
  const times = column(interactions, "TIMESTAMP");
  const found = new Map<string, { count: number; first: number }>();
  for (const [row, item] of column(interactions, "ITEM_ID").entries()) {
    if (item === "") continue;
    const { count, first } = found.get(item) ?? { count: 0, first: Number.POSITIVE_INFINITY };
    found.set(item, { count: count + 1, first: Math.min(first, Number(times[row])) });
  }
  const lines = Array.from(found, ([item, { count, first }]) => `${quoteCell(item)},${count},${first}`);
  const file = readCsv(`ITEM_ID,INTERACTIONS,CREATION_TIMESTAMP\n${lines.join("\n")}\n`);
  const number = { type: "long", categorical: false, nullable: false, values: found.size } as const;
  const notes = [
    `There is no items file: the catalogue is the ${countOf(found.size, "item")} of the interactions, without attributes.`,
    `To describe them, name a CSV file with ITEM_ID and other columns with ${standard.csv.setting}.`,
  ];
  const schema = writeSchema(itemsDataset, [
    { name: "INTERACTIONS", ...number },
    { name: "CREATION_TIMESTAMP", ...number },
  ]);
  return { file, schema, notes, warnings: [] };
}
