import { type BatchResponse, createBatchEnd } from "../batch-end";
import { createQuarantine } from "../quarantine";
import { decodeEvent, type StreamRecord } from "../stream-record";
import { createPace, type Time } from "./pace";
import { createRowDelivery, type RowDeliveryArgs } from "./row-delivery";
import { memberOf } from "./row-kind";
import { type RowUpdate, readUpdate, type UpdateSchema } from "./row-update";

interface UpdateConsumerArgs extends RowDeliveryArgs {
  readonly schema: UpdateSchema;
  readonly settings: Record<"REQUESTS_PER_SECOND" | "QUARANTINE_BUCKET" | "STACK", string>;
  readonly time: Time;
}

/**
 * Creates the function that sends the updates of one kind on the stream to Personalize, no faster
 * than it takes them. A record that is no update, or that breaks the rules of the contract, is the
 * consumer's of events (`ingest-events`): it quarantines and counts it. An update that the
 * dataset's schema or Personalize refuses is quarantined here.
 */
export function createUpdateConsumer({ schema, settings, time, ...args }: UpdateConsumerArgs) {
  const { kind } = args;
  const pace = createPace(Number(settings.REQUESTS_PER_SECOND), time);
  const deliverUpdates = createRowDelivery(args, pace);
  const endBatch = createBatchEnd(settings.STACK, createQuarantine(settings.QUARANTINE_BUCKET));

  const readUpdates = (records: readonly StreamRecord[]): RowUpdate[] =>
    records.flatMap((record) => {
      const content = decodeEvent(record.kinesis.data);
      if ("reason" in content || memberOf(content.value) !== kind.member) return [];
      const read = readUpdate(record, content.value, schema, kind);
      return "update" in read ? read.update : [];
    });

  return async (batch: { Records: StreamRecord[] }): Promise<BatchResponse> => {
    const updates = readUpdates(batch.Records);
    if (updates.length === 0) return { batchItemFailures: [] };
    const outcome = await deliverUpdates(updates);
    const response = await endBatch(
      updates.map(({ record }) => record),
      outcome,
    );
    await pace.rest();
    return response;
  };
}
