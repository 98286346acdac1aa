import type { EnvironmentOf } from "../../support/environment";
import { type BatchResponse, createBatchEnd } from "../batch-end";
import { createQuarantine } from "../quarantine";
import { decodeRecord, partsOf, type StreamRecord } from "../record";
import { createPace, type Time } from "./pace";
import { createRowDelivery, type RowDeliveryArgs } from "./row-delivery";
import { kindOf, type RowKind, updateOf } from "./row-kind";
import { type RowUpdate, readUpdate, type UpdateSchema } from "./row-update";

/** The variables of a consumer of updates; its dataset's are those of items or users. */
export const updateVariables = [
  "REQUESTS_PER_SECOND",
  "QUARANTINE_BUCKET",
  "DATASET_ARN",
  "DATA_BUCKET",
  "IMPORTED_ROWS",
  "ROWS_SCHEMA",
  "CHANGED_ROWS",
  "STACK",
] as const;

interface UpdateConsumerArgs extends Pick<RowDeliveryArgs, "afterwards"> {
  readonly update: RowKind["update"];
  readonly schema: UpdateSchema;
  readonly settings: EnvironmentOf<typeof updateVariables>;
  readonly time: Time;
}

/**
 * Creates the function that sends the updates of one kind on the stream to Personalize, no faster
 * than it takes them. A record that is no update, or that breaks the rules of the contract, is the
 * consumer's of events (`ingest-events`): it quarantines and counts it. An update that the
 * dataset's schema or Personalize refuses is quarantined here.
 */
export function createUpdateConsumer({ update, schema, afterwards, settings, time }: UpdateConsumerArgs) {
  const kind = kindOf(update);
  const place = {
    bucket: settings.DATA_BUCKET,
    importedKey: settings.IMPORTED_ROWS,
    schemaKey: settings.ROWS_SCHEMA,
    changedPrefix: settings.CHANGED_ROWS,
  };
  const pace = createPace(Number(settings.REQUESTS_PER_SECOND), time);
  const deliverUpdates = createRowDelivery({ kind, datasetArn: settings.DATASET_ARN, place, afterwards }, pace);
  const endBatch = createBatchEnd(settings.STACK, createQuarantine(settings.QUARANTINE_BUCKET));

  const readUpdates = (records: readonly StreamRecord[]): RowUpdate[] =>
    records.flatMap(partsOf).flatMap((part) => {
      const content = decodeRecord(part);
      if ("reason" in content || updateOf(content.value) !== update) return [];
      const read = readUpdate(part, content.value, schema, kind);
      return "update" in read ? read.update : [];
    });

  return async (batch: { Records: StreamRecord[] }): Promise<BatchResponse> => {
    const updates = readUpdates(batch.Records);
    if (updates.length === 0) return { batchItemFailures: [] };
    const outcome = await deliverUpdates(updates);
    const response = await endBatch(
      updates.map(({ part }) => part),
      outcome,
    );
    await pace.rest();
    return response;
  };
}
