import { DataStore } from "../../components/ingestion/data-store.ts";
import { readData } from "../../components/ingestion/stack-data.ts";
import { Foundation } from "../../components/platform/foundation.ts";

export const pets = { csvFile: "seed/items.csv", schemaFile: "seed/items.schema.json" };

/** The sample's: a tenth of the seed's. */
const interactionsFile = "tests/fixtures/upstream-seed/interactions.csv";

/**
 * Creates the foundation `base` and the bucket `data` with pets and their interactions, after
 * `record`.
 */
export function createData(deletionProtection = false) {
  const foundation = new Foundation("base", { logRetentionDays: 30, deletionProtection, tags: {} });
  const interactions = { csvFile: interactionsFile, schemaFile: "seed/interactions.schema.json" };
  return {
    foundation,
    data: new DataStore("data", { foundation, data: readData({ interactions, items: { standard: pets } }) }),
  };
}
