import { invalidInput } from "../faults";
import { recordsDataset, schemaOf } from "../state/state";
import type { Serving } from "./served-version";

/** Names of one request (API reference); the model's own limit is wider. */
const maxColumns = 10;

/**
 * Item columns in a response, as texts; undefined when none were asked for. Throws
 * InvalidInputException.
 */
export function metadataOf(
  { state, groupArn, withMetadata }: Serving,
  requested: Readonly<Record<string, readonly string[]>> | undefined,
): ((itemId: string) => Record<string, string>) | undefined {
  const [entry] = Object.entries(requested ?? {});
  if (!entry) return undefined;
  const [type, columns] = entry;
  if (type !== "ITEMS") throw invalidInput(`metadataColumns.${type}: only ITEMS have metadata in answers.`);
  if (!withMetadata) {
    throw invalidInput(
      "metadataColumns needs enableMetadataWithRecommendations to be true in the campaign's or recommender's configuration.",
    );
  }
  if (columns.length > maxColumns) throw invalidInput(`metadataColumns.ITEMS names more than ${maxColumns} columns.`);
  const items = recordsDataset(state, groupArn, "ITEMS");
  if (!items) throw invalidInput("metadataColumns: the dataset group has no Items dataset.");
  const known = new Set(schemaOf(state, items).content.fields.map(({ name }) => name));
  const stranger = columns.find((column) => !known.has(column));
  if (stranger !== undefined) {
    throw invalidInput(`metadataColumns.ITEMS: ${stranger} is not a column of the Items dataset.`);
  }
  return (itemId) => {
    const found = columns.flatMap((column) => {
      const cell = items.data.get(itemId, column);
      return cell === undefined ? [] : [[column, String(cell)] as const];
    });
    return Object.fromEntries(found);
  };
}
