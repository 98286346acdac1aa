import * as kinesis from "@pulumi/aws/kinesis";
import * as pulumi from "@pulumi/pulumi";
import { type Environment, ingestEventsFactory } from "../../functions/ingest-events";
import { functionParts, parts } from "../../names/layout";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import { PrivateBucket } from "../platform/private-bucket";
import { allow } from "../support/policy";
import { type ArchiveConfig, createArchive } from "./archive";
import type { DataStore } from "./data-store";
import { createItemUpdater, createUserUpdater } from "./row-updaters";
import { type ConsumerConfig, createStreamConsumer, type StreamConsumer } from "./stream-consumer";

/** The keys of the stack's configuration that this component uses. */
export interface IngestionConfig extends ConsumerConfig, ArchiveConfig {
  retentionHours: number;
  batchSize: number;
  parallelizationFactor: number;
  /** `none`: functions reserve no concurrency. */
  servingConcurrency: number | "none";
  quarantineRetentionDays: number;
}

export interface EventIngestionArgs {
  foundation: Foundation;
  network?: Network | undefined;
  /**
   * The data about items and users, which updates change. Events of other types than its own go to
   * the quarantine: too many types would make every later training fail.
   */
  data: DataStore;
  /** The tracker and the datasets. A stack without users refuses their updates. */
  models: Readonly<Record<"trackingId" | "eventTrackerArn" | "itemsDatasetArn", pulumi.Output<string>>> & {
    readonly usersDatasetArn: pulumi.Output<string> | undefined;
  };
  config: IngestionConfig;
}

/**
 * Visitor events, and updates of items and users: the stream, the consumers that send them to
 * Personalize, the quarantine for bad records, the archive.
 * @example
 * ```ts
 * import { EventIngestion, type EventIngestionArgs } from "./event-ingestion";
 *
 * export const ingest = (args: EventIngestionArgs) =>
 *   new EventIngestion("events", args).streamName;
 * ```
 */
export class EventIngestion extends pulumi.ComponentResource {
  readonly streamName: pulumi.Output<string>;
  readonly streamArn: pulumi.Output<string>;
  /** The consumer of visitor events, which reads every record. */
  readonly events: StreamConsumer;
  /** The consumer of item updates. */
  readonly items: StreamConsumer;
  /** The consumer of user updates; absent without users. */
  readonly users: StreamConsumer | undefined;
  readonly archiveBucketName: pulumi.Output<string>;
  readonly archiveBucketArn: pulumi.Output<string>;
  readonly archiveStreamName: pulumi.Output<string>;
  readonly quarantineBucketName: pulumi.Output<string>;

  constructor(name: string, args: EventIngestionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:ingestion:EventIngestion", name, {}, opts);
    const { foundation, config } = args;
    const stream = new kinesis.Stream(
      `${name}-stream`,
      {
        name: foundation.name(parts.events),
        streamModeDetails: { streamMode: "ON_DEMAND" },
        retentionPeriod: config.retentionHours,
        encryptionType: "KMS",
        kmsKeyId: foundation.key.arn,
        tags: foundation.tags,
      },
      { parent: this },
    );
    const quarantine = new PrivateBucket(
      `${name}-quarantine`,
      { foundation, part: parts.quarantine, expirationDays: config.quarantineRetentionDays },
      { parent: this },
    );
    this.events = this.createConsumer(name, args, stream, quarantine);
    const { network, data } = args;
    const { itemsDatasetArn, usersDatasetArn } = args.models;
    const updater = { foundation, network, stream, quarantine, data, config };
    this.items = createItemUpdater(name, { ...updater, datasetArn: itemsDatasetArn }, this);
    this.users =
      usersDatasetArn === undefined
        ? undefined
        : createUserUpdater(name, { ...updater, datasetArn: usersDatasetArn }, this);
    const archive = createArchive(name, { foundation, config, stream }, this);

    this.streamName = stream.name;
    this.streamArn = stream.arn;
    this.archiveBucketName = archive.bucket.name;
    this.archiveBucketArn = archive.bucket.arn;
    this.archiveStreamName = archive.delivery.name;
    this.quarantineBucketName = quarantine.name;
    this.registerOutputs({ streamName: this.streamName, archiveBucketName: this.archiveBucketName });
  }

  private createConsumer(
    name: string,
    args: EventIngestionArgs,
    stream: kinesis.Stream,
    quarantine: PrivateBucket,
  ): StreamConsumer {
    const { foundation, network, data, models, config } = args;
    return createStreamConsumer<Environment>(
      { function: `${name}-consumer`, mapping: `${name}-mapping` },
      {
        foundation,
        network,
        stream,
        quarantine,
        config,
        part: functionParts.ingestEvents,
        description: "Sends visitor events to Personalize, and bad records to the quarantine",
        factory: ingestEventsFactory,
        environment: {
          TRACKING_ID: models.trackingId,
          TRACKER_ARN: models.eventTrackerArn,
          EVENT_TYPES: JSON.stringify(data.eventTypes),
          EVENT_COLUMNS: JSON.stringify(data.eventColumns),
          QUARANTINE_BUCKET: quarantine.name,
          STACK: foundation.stack,
          HAS_USERS: models.usersDatasetArn && "true",
        },
        permissions: [
          // The service accepts only `*` for this action when the caller is a Lambda (API
          // reference, PutEvents).
          allow(["personalize:PutEvents"], "*"),
          allow(["personalize:DescribeEventTracker"], models.eventTrackerArn),
          foundation.key.allow(["kms:GenerateDataKey"], "s3"),
        ],
        timeoutSeconds: 60,
        memoryMegabytes: 256,
        mapping: { batchSize: config.batchSize, parallelizationFactor: config.parallelizationFactor },
      },
      this,
    );
  }
}
