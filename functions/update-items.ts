import { createFallbackCleaner } from "./ingestion/items/fallback-cleaner";
import { itemUpdate } from "./ingestion/items/item-update-schema";
import { isUnavailable } from "./ingestion/items/unavailable";
import { machineTime } from "./ingestion/updates/pace";
import { kindOf } from "./ingestion/updates/row-kind";
import { createUpdateConsumer } from "./ingestion/updates/update-consumer";
import { type EnvironmentOf, readEnvironment } from "./support/environment";
import { answerInTime } from "./support/invocation";

const variables = [
  "REQUESTS_PER_SECOND",
  "QUARANTINE_BUCKET",
  "ITEMS_DATASET_ARN",
  "DATA_BUCKET",
  "CATALOGUE",
  "ITEMS_SCHEMA",
  "CHANGED_ITEMS",
  "FALLBACK_KEY",
  "STACK",
] as const;
export type Environment = EnvironmentOf<typeof variables>;

/** Sends the updates of items on the stream to Personalize, and keeps the fallback list right. */
export function updateItemsFactory(time = machineTime) {
  const settings = readEnvironment("update-items", variables);
  const removeFromFallback = createFallbackCleaner(settings, time);
  return answerInTime(
    createUpdateConsumer({
      kind: kindOf("itemUpdate"),
      schema: itemUpdate(),
      datasetArn: settings.ITEMS_DATASET_ARN,
      place: {
        bucket: settings.DATA_BUCKET,
        importedKey: settings.CATALOGUE,
        schemaKey: settings.ITEMS_SCHEMA,
        changedPrefix: settings.CHANGED_ITEMS,
      },
      afterwards: {
        concerns: isUnavailable,
        run: (rows) => removeFromFallback(rows.map(({ id }) => id)),
      },
      settings,
      time,
    }),
  );
}
