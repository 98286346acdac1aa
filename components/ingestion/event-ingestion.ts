import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as iam from "@pulumi/aws/iam";
import * as kinesis from "@pulumi/aws/kinesis";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import { ingestEventsFactory } from "../../functions/ingest-events";
import { LambdaFunction } from "../lambda/lambda-function";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import { PrivateBucket } from "../platform/private-bucket";
import { allow, createPolicy, createTrustPolicy } from "../support/policy";
import type { DataStore } from "./data-store";

/** The keys of the stack's configuration that this component uses. */
export interface IngestionConfig {
  retentionHours: number;
  batchSize: number;
  maximumBatchingWindowSeconds: number;
  parallelizationFactor: number;
  maximumRetryAttempts: number;
  maximumRecordAgeSeconds: number;
  archiveBufferSeconds: number;
  archiveBufferMegabytes: number;
  archiveRetentionDays: number;
  quarantineRetentionDays: number;
}

export interface EventIngestionArgs {
  foundation: Foundation;
  network?: Network | undefined;
  /** The event tracker's tracking id. */
  trackingId: pulumi.Input<string>;
  eventTrackerArn: pulumi.Input<string>;
  /** Events of other types go to the quarantine: too many types would make every later training fail. */
  eventTypes: readonly string[];
  /** What is known about the items, which updates of items change. */
  data: DataStore;
  itemsDatasetArn: pulumi.Input<string>;
  config: IngestionConfig;
}

/**
 * Visitor events and updates of items: the stream, its consumer, which sends them to Personalize, the quarantine for bad
 * records, the archive.
 * @example
 * new EventIngestion("events", { foundation, config, data, trackingId: models.trackingId, eventTrackerArn:
 *   models.eventTrackerArn, itemsDatasetArn: models.itemsDatasetArn, eventTypes: data.eventTypes })
 */
export class EventIngestion extends pulumi.ComponentResource {
  readonly streamName: pulumi.Output<string>;
  readonly streamArn: pulumi.Output<string>;
  readonly consumerName: pulumi.Output<string>;
  readonly mappingId: pulumi.Output<string>;
  readonly archiveBucketName: pulumi.Output<string>;
  readonly archiveStreamName: pulumi.Output<string>;
  readonly quarantineBucketName: pulumi.Output<string>;

  constructor(name: string, args: EventIngestionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:ingestion:EventIngestion", name, {}, opts);
    const { foundation, config } = args;
    const stream = new kinesis.Stream(
      `${name}-stream`,
      {
        name: foundation.name("events"),
        streamModeDetails: { streamMode: "ON_DEMAND" },
        retentionPeriod: config.retentionHours,
        encryptionType: "KMS",
        kmsKeyId: foundation.keyArn,
        tags: foundation.tags,
      },
      { parent: this },
    );
    const quarantine = new PrivateBucket(
      `${name}-quarantine`,
      { foundation, part: "quarantine", expirationDays: config.quarantineRetentionDays },
      { parent: this },
    );
    const consumer = this.createConsumer(name, args, stream, quarantine);
    const mapping = this.createMapping(name, args, stream, consumer, quarantine);
    const archive = this.createArchive(name, args, stream);

    this.streamName = stream.name;
    this.streamArn = stream.arn;
    this.consumerName = consumer.name;
    this.mappingId = mapping.uuid;
    this.archiveBucketName = archive.bucket.name;
    this.archiveStreamName = archive.delivery.name;
    this.quarantineBucketName = quarantine.name;
    this.registerOutputs({ streamName: this.streamName, archiveBucketName: this.archiveBucketName });
  }

  private createConsumer(name: string, args: EventIngestionArgs, stream: kinesis.Stream, quarantine: PrivateBucket) {
    const { foundation, network, data } = args;
    return new LambdaFunction(
      `${name}-consumer`,
      {
        foundation,
        network,
        part: "ingest-events",
        description: "Sends stream records to Personalize as events and items, and bad records to the quarantine",
        factory: ingestEventsFactory,
        environment: {
          TRACKING_ID: args.trackingId,
          TRACKER_ARN: args.eventTrackerArn,
          EVENT_TYPES: JSON.stringify(args.eventTypes),
          QUARANTINE_BUCKET: quarantine.name,
          ITEMS_DATASET_ARN: args.itemsDatasetArn,
          DATA_BUCKET: data.bucketName,
          CATALOGUE: data.catalogueKey,
          ITEMS_SCHEMA: data.itemsSchemaKey,
          CHANGED_ITEMS: data.changedItemsPrefix,
          FALLBACK_KEY: data.fallbackKey,
          STACK: foundation.stack,
        },
        permissions: [
          allow(
            [
              "kinesis:DescribeStream",
              "kinesis:DescribeStreamSummary",
              "kinesis:GetRecords",
              "kinesis:GetShardIterator",
              "kinesis:ListShards",
            ],
            stream.arn,
          ),
          // The service accepts only `*` for this action when the caller is a Lambda (API reference, PutEvents).
          allow(["personalize:PutEvents"], "*"),
          allow(["personalize:DescribeEventTracker"], args.eventTrackerArn),
          allow(["personalize:PutItems"], args.itemsDatasetArn),
          ...data.allowChangingItems(),
          allow(["s3:PutObject"], pulumi.interpolate`${quarantine.arn}/*`),
          // The mapping checks its on-failure bucket with this action.
          allow(["s3:ListBucket"], quarantine.arn),
          foundation.allowEncryption(),
        ],
        timeoutSeconds: 60,
        memoryMegabytes: 256,
      },
      { parent: this },
    );
  }

  private createMapping(
    name: string,
    args: EventIngestionArgs,
    stream: kinesis.Stream,
    consumer: LambdaFunction<never, unknown>,
    quarantine: PrivateBucket,
  ) {
    return new lambda.EventSourceMapping(
      `${name}-mapping`,
      {
        eventSourceArn: stream.arn,
        functionName: consumer.name,
        // Includes events sent while the mapping is created; event ids make a second delivery harmless.
        startingPosition: "TRIM_HORIZON",
        batchSize: args.config.batchSize,
        maximumBatchingWindowInSeconds: args.config.maximumBatchingWindowSeconds,
        parallelizationFactor: args.config.parallelizationFactor,
        bisectBatchOnFunctionError: true,
        functionResponseTypes: ["ReportBatchItemFailures"],
        maximumRetryAttempts: args.config.maximumRetryAttempts,
        maximumRecordAgeInSeconds: args.config.maximumRecordAgeSeconds,
        // S3 instead of a queue: a queue would get only metadata, S3 gets the records.
        destinationConfig: { onFailure: { destinationArn: quarantine.arn } },
        metricsConfig: { metrics: ["EventCount"] },
        tags: args.foundation.tags,
      },
      { parent: this },
    );
  }

  private createArchive(name: string, args: EventIngestionArgs, stream: kinesis.Stream) {
    const { foundation, config } = args;
    const bucket = new PrivateBucket(
      `${name}-archive`,
      { foundation, part: "archive", expirationDays: config.archiveRetentionDays },
      { parent: this },
    );
    const physical = foundation.name("archive");
    const logs = foundation.createLogGroup(`${name}-archive-logs`, `/aws/kinesisfirehose/${physical}`, this);
    const logStream = new cloudwatch.LogStream(
      `${name}-archive-log-stream`,
      { name: "delivery", logGroupName: logs.name },
      { parent: this },
    );
    const role = new iam.Role(
      `${name}-archive-role`,
      {
        name: physical,
        assumeRolePolicy: createTrustPolicy("firehose.amazonaws.com", foundation.accountId),
        tags: foundation.tags,
      },
      { parent: this },
    );
    const policy = new iam.RolePolicy(
      `${name}-archive-policy`,
      {
        role: role.name,
        policy: createPolicy([
          allow(
            ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"],
            stream.arn,
          ),
          allow(["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], bucket.arn),
          allow(["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"], pulumi.interpolate`${bucket.arn}/*`),
          allow(["logs:PutLogEvents"], pulumi.interpolate`${logs.arn}:log-stream:${logStream.name}`),
          foundation.allowEncryption(),
        ]),
      },
      { parent: this },
    );
    const hours = "year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/";
    const delivery = new kinesis.FirehoseDeliveryStream(
      `${name}-archive-delivery`,
      {
        name: physical,
        destination: "extended_s3",
        kinesisSourceConfiguration: { kinesisStreamArn: stream.arn, roleArn: role.arn },
        extendedS3Configuration: {
          roleArn: role.arn,
          bucketArn: bucket.arn,
          bufferingInterval: config.archiveBufferSeconds,
          bufferingSize: config.archiveBufferMegabytes,
          compressionFormat: "GZIP",
          prefix: `events/${hours}`,
          errorOutputPrefix: `errors/!{firehose:error-output-type}/${hours}`,
          kmsKeyArn: foundation.keyArn,
          cloudwatchLoggingOptions: { enabled: true, logGroupName: logs.name, logStreamName: logStream.name },
          // Without it there is no separator between the records of an object.
          processingConfiguration: { enabled: true, processors: [{ type: "AppendDelimiterToRecord" }] },
        },
        tags: foundation.tags,
      },
      { parent: this, dependsOn: policy },
    );
    return { bucket, delivery };
  }
}
