import type { EventIngestion } from "../ingestion/event-ingestion";
import type { Foundation } from "../platform/foundation";
import type { Watched } from "./alarm";

export interface IngestionAlarmArgs {
  foundation: Foundation;
  ingestion: EventIngestion;
  config: {
    /** Hours without an event until the alarm. */
    silentHours: number;
    /** How far the consumer may be behind the stream. */
    consumerDelayMinutes: number;
    /** Share of the records, in percent. */
    quarantinePercent: number;
    /** How long the archive may collect records. */
    archiveBufferSeconds: number;
  };
}

/** Returns the alarms of the way from the stream to Personalize and to the archive. */
export function listIngestionAlarms(args: IngestionAlarmArgs): Record<string, Watched> {
  return { ...listConsumerAlarms(args), ...listQuarantineAlarms(args), ...listArchiveAlarms(args) };
}

function listConsumerAlarms({ foundation, ingestion, config }: IngestionAlarmArgs): Record<string, Watched> {
  const { silentHours, consumerDelayMinutes } = config;
  const ofConsumer = { namespace: "AWS/Lambda", dimensions: { FunctionName: ingestion.consumerName } };
  return {
    "consumer-errors": {
      ...ofConsumer,
      description: "The consumer of visitor events fails; its log says why",
      metricName: "Errors",
      statistic: "Sum",
      threshold: 1,
    },
    "consumer-delay": {
      ...ofConsumer,
      description: `The consumer is ${consumerDelayMinutes} minutes behind the stream`,
      metricName: "IteratorAge",
      statistic: "Maximum",
      threshold: consumerDelayMinutes * 60_000,
    },
    silence: {
      description: `No visitor event has arrived for ${silentHours} hours, although there were some before`,
      // From `report-model-health`. Kinesis has no values for hours without records, so that an alarm on its own metric could
      // not distinguish a stream that became silent from a new one.
      namespace: "PetRecommender",
      metricName: "SilentHours",
      dimensions: { Stack: foundation.stack },
      statistic: "Maximum",
      threshold: silentHours,
      periodSeconds: 3_600,
    },
  };
}

function listQuarantineAlarms({ foundation, ingestion, config }: IngestionAlarmArgs): Record<string, Watched> {
  const ofMapping = { namespace: "AWS/Lambda", dimensions: { EventSourceMappingUUID: ingestion.mappingId } };
  const count = (metricName: string) => ({
    namespace: "PetRecommender",
    metricName,
    dimensions: { Stack: foundation.stack },
    statistic: "Sum" as const,
  });
  return {
    "events-given-up": {
      ...ofMapping,
      description: "After all retries the consumer moved events to the quarantine bucket",
      metricName: "OnFailureDestinationDeliveredEventCount",
      statistic: "Sum",
      threshold: 1,
    },
    "events-dropped": {
      ...ofMapping,
      description: "Events are lost: after all retries they could not be written to the quarantine bucket either",
      metricName: "DroppedEventCount",
      statistic: "Sum",
      threshold: 1,
    },
    quarantine: {
      description: `${config.quarantinePercent} % of the records or more are bad and in the quarantine bucket; each object contains the reason`,
      // The consumer publishes both values for every batch, so none is missing where the other exists.
      expression: "100 * bad / (bad + delivered)",
      metrics: { bad: count("QuarantinedRecords"), delivered: count("DeliveredEvents") },
      threshold: config.quarantinePercent,
    },
  };
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
      description: `Events were not written to the archive; the log of ${foundation.name("archive")} says why`,
      metricName: "DeliveryToS3.Success",
      statistic: "Minimum",
      threshold: 1,
      comparison: "LessThanThreshold",
    },
  };
}
