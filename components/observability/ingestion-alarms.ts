import { parts } from "../../names/layout";
import type { EventIngestion } from "../ingestion/event-ingestion";
import type { StreamConsumer } from "../ingestion/stream-consumer";
import type { Foundation } from "../platform/foundation";
import type { Watched } from "./alarm";
import { ownMetric } from "./own-metric";

export interface IngestionAlarmArgs {
  foundation: Foundation;
  ingestion: EventIngestion;
  config: {
    silentHours: number;
    consumerDelayMinutes: number;
    quarantinePercent: number;
    archiveBufferSeconds: number;
  };
}

/** Returns the alarms on the stream, its consumers and the archive. */
export function listIngestionAlarms(args: IngestionAlarmArgs): Record<string, Watched> {
  const { foundation, ingestion, config } = args;
  const events = listConsumerAlarms(ingestion.events, "visitor events", config.consumerDelayMinutes);
  const updates = listConsumerAlarms(ingestion.items, "item updates", config.consumerDelayMinutes);
  const ofUsers = ingestion.users && listConsumerAlarms(ingestion.users, "user updates", config.consumerDelayMinutes);
  return {
    "consumer-errors": events.errors,
    "consumer-delay": events.delay,
    "updates-errors": updates.errors,
    "updates-delay": updates.delay,
    silence: {
      description: `Nothing has arrived on the stream for ${config.silentHours} hours, although something did before`,
      // From `report-model-health`. Kinesis has no values for hours without records, so that an
      // alarm on its own metric could not distinguish a stream that became silent from a new one.
      ...ownMetric(foundation, "SilentHours", "Maximum"),
      threshold: config.silentHours,
      periodSeconds: 3_600,
    },
    "events-given-up": events.givenUp,
    "updates-given-up": updates.givenUp,
    "events-dropped": events.dropped,
    "updates-dropped": updates.dropped,
    quarantine: {
      description: `${config.quarantinePercent} % of the records or more are bad and in the quarantine bucket; each object contains the reason`,
      // The consumer publishes both values for every batch, so none is missing where the other
      // exists.
      expression: "100 * bad / (bad + delivered)",
      metrics: {
        bad: ownMetric(foundation, "QuarantinedRecords", "Sum"),
        delivered: ownMetric(foundation, "DeliveredEvents", "Sum"),
      },
      threshold: config.quarantinePercent,
    },
    ...(ofUsers && {
      "users-errors": ofUsers.errors,
      "users-delay": ofUsers.delay,
      "users-given-up": ofUsers.givenUp,
      "users-dropped": ofUsers.dropped,
    }),
    ...listArchiveAlarms(args),
  };
}

/** The alarms of one consumer. All have the same sections, except for the delay. */
function listConsumerAlarms({ name, mappingId }: StreamConsumer, what: string, delayMinutes: number) {
  const ofFunction = { namespace: "AWS/Lambda", dimensions: { FunctionName: name }, statistic: "Sum" } as const;
  const ofMapping = { ...ofFunction, dimensions: { EventSourceMappingUUID: mappingId } };
  return {
    errors: {
      ...ofFunction,
      section: "consumer-errors",
      description: `The consumer of ${what} fails; its log says why`,
      metricName: "Errors",
      threshold: 1,
    },
    // Not the throttles: a consumer of updates handles one shard at a time, and Lambda repeats the
    // others. Waiting is what matters.
    delay: {
      ...ofFunction,
      description: `The consumer of ${what} is ${delayMinutes} minutes behind the stream`,
      metricName: "IteratorAge",
      statistic: "Maximum",
      threshold: delayMinutes * 60_000,
    },
    givenUp: {
      ...ofMapping,
      section: "events-given-up",
      description: `After all retries the consumer moved ${what} to the quarantine bucket`,
      metricName: "OnFailureDestinationDeliveredEventCount",
      threshold: 1,
    },
    dropped: {
      ...ofMapping,
      section: "events-dropped",
      description: `After all retries ${what} were lost: they could not be written to the quarantine bucket either`,
      metricName: "DroppedEventCount",
      threshold: 1,
    },
  } satisfies Record<string, Watched>;
}

function listArchiveAlarms({ foundation, ingestion, config }: IngestionAlarmArgs): Record<string, Watched> {
  const ofArchive = { namespace: "AWS/Firehose", dimensions: { DeliveryStreamName: ingestion.archiveStreamName } };
  const late = config.archiveBufferSeconds + 15 * 60;
  return {
    "archive-delay": {
      ...ofArchive,
      description: `Events have waited for more than ${Math.round(late / 60)} minutes to be archived`,
      metricName: "DeliveryToS3.DataFreshness",
      statistic: "Maximum",
      threshold: late,
    },
    "archive-failed": {
      ...ofArchive,
      description: `Events were not written to the archive; the log of ${foundation.name(parts.archive)} says why`,
      metricName: "DeliveryToS3.Success",
      statistic: "Minimum",
      threshold: 1,
      comparison: "LessThanThreshold",
    },
  };
}
