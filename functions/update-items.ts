import { createFallbackCleaner } from "./ingestion/items/fallback-cleaner";
import { itemUpdate } from "./ingestion/items/item-update-schema";
import { isUnavailable } from "./ingestion/items/unavailable";
import { machineTime } from "./ingestion/updates/pace";
import { createUpdateConsumer, updateVariables } from "./ingestion/updates/update-consumer";
import { type EnvironmentOf, readEnvironment } from "./support/environment";
import { answerInTime } from "./support/invocation";

const variables = [...updateVariables, "FALLBACK_KEY"] as const;
export type Environment = EnvironmentOf<typeof variables>;

/** Sends the updates of items on the stream to Personalize, and keeps the fallback list right. */
export function updateItemsFactory(time = machineTime) {
  const settings = readEnvironment("update-items", variables);
  const removeFromFallback = createFallbackCleaner(settings, time);
  return answerInTime(
    createUpdateConsumer({
      update: "itemUpdate",
      schema: itemUpdate(),
      afterwards: {
        concerns: isUnavailable,
        run: (rows) => removeFromFallback(rows.map(({ id }) => id)),
      },
      settings,
      time,
    }),
  );
}
