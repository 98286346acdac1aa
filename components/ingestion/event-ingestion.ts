import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as iam from "@pulumi/aws/iam";
import * as kinesis from "@pulumi/aws/kinesis";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import { ingestEventsFactory } from "../../functions/ingest-events";
import { CallbackLambda } from "../lambda/lambda-function";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import { PrivateBucket } from "../platform/private-bucket";
import { allow, assumedBy, policyDocument } from "../support/policy";

export interface EventIngestionArgs {
  foundation: Foundation;
  network?: Network | undefined;
  /** The event tracker's tracking id. */
  trackingId: pulumi.Input<string>;
  eventTrackerArn: pulumi.Input<string>;
  /** Events of other types go to the quarantine: too many types would fail every later training. */
  eventTypes: readonly string[];
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

/**
 * Visitor events: a stream, the consumer that feeds Personalize, the quarantine of what it cannot use, the archive.
 * @example
 * new EventIngestion("events", { ...config, foundation, trackingId: models.trackingId, eventTrackerArn:
 *   models.eventTrackerArn, eventTypes: data.eventTypes })
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
    const { foundation } = args;
    const stream = new kinesis.Stream(
      `${name}-stream`,
      {
        name: foundation.name("events"),
        streamModeDetails: { streamMode: "ON_DEMAND" },
        retentionPeriod: args.retentionHours,
        encryptionType: "KMS",
        kmsKeyId: foundation.keyArn,
        tags: foundation.tags,
      },
      { parent: this },
    );
    const quarantine = new PrivateBucket(
      `${name}-quarantine`,
      { foundation, part: "quarantine", expirationDays: args.quarantineRetentionDays },
      { parent: this },
    );
    const consumer = this.consumer(name, args, stream, quarantine);
    const mapping = this.mapping(name, args, stream, consumer, quarantine);
    const archive = this.archive(name, args, stream);

    this.streamName = stream.name;
    this.streamArn = stream.arn;
    this.consumerName = consumer.name;
    this.mappingId = mapping.uuid;
    this.archiveBucketName = archive.bucket.name;
    this.archiveStreamName = archive.delivery.name;
    this.quarantineBucketName = quarantine.name;
    this.registerOutputs({ streamName: this.streamName, archiveBucketName: this.archiveBucketName });
  }

  private consumer(name: string, args: EventIngestionArgs, stream: kinesis.Stream, quarantine: PrivateBucket) {
    const { foundation, network } = args;
    return new CallbackLambda(
      `${name}-consumer`,
      {
        foundation,
        network,
        part: "ingest-events",
        description: "Stream records to Personalize events; bad ones to the quarantine",
        factory: ingestEventsFactory,
        environment: {
          TRACKING_ID: args.trackingId,
          TRACKER_ARN: args.eventTrackerArn,
          EVENT_TYPES: JSON.stringify(args.eventTypes),
          QUARANTINE_BUCKET: quarantine.name,
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
          // From a Lambda the service takes only `*` for this action (API reference, PutEvents).
          allow(["personalize:PutEvents"], "*"),
          allow(["personalize:DescribeEventTracker"], args.eventTrackerArn),
          allow(["s3:PutObject"], pulumi.interpolate`${quarantine.arn}/*`),
          // The mapping checks its on-failure bucket with it.
          allow(["s3:ListBucket"], quarantine.arn),
          foundation.encrypts(),
        ],
        timeoutSeconds: 60,
        memoryMegabytes: 256,
      },
      { parent: this },
    );
  }

  private mapping(
    name: string,
    args: EventIngestionArgs,
    stream: kinesis.Stream,
    consumer: CallbackLambda<never, unknown>,
    quarantine: PrivateBucket,
  ) {
    return new lambda.EventSourceMapping(
      `${name}-mapping`,
      {
        eventSourceArn: stream.arn,
        functionName: consumer.name,
        // Events sent while the mapping is being made count too; their ids make a second delivery harmless.
        startingPosition: "TRIM_HORIZON",
        batchSize: args.batchSize,
        maximumBatchingWindowInSeconds: args.maximumBatchingWindowSeconds,
        parallelizationFactor: args.parallelizationFactor,
        bisectBatchOnFunctionError: true,
        functionResponseTypes: ["ReportBatchItemFailures"],
        maximumRetryAttempts: args.maximumRetryAttempts,
        maximumRecordAgeInSeconds: args.maximumRecordAgeSeconds,
        // S3 and not a queue: only there the given-up records themselves are kept.
        destinationConfig: { onFailure: { destinationArn: quarantine.arn } },
        metricsConfig: { metrics: ["EventCount"] },
        tags: args.foundation.tags,
      },
      { parent: this },
    );
  }

  private archive(name: string, args: EventIngestionArgs, stream: kinesis.Stream) {
    const { foundation } = args;
    const bucket = new PrivateBucket(
      `${name}-archive`,
      { foundation, part: "archive", expirationDays: args.archiveRetentionDays },
      { parent: this },
    );
    const physical = foundation.name("archive");
    const logs = foundation.logGroup(`${name}-archive-logs`, `/aws/kinesisfirehose/${physical}`, this);
    const logStream = new cloudwatch.LogStream(
      `${name}-archive-log-stream`,
      { name: "delivery", logGroupName: logs.name },
      { parent: this },
    );
    const role = new iam.Role(
      `${name}-archive-role`,
      {
        name: physical,
        assumeRolePolicy: assumedBy("firehose.amazonaws.com", foundation.accountId),
        tags: foundation.tags,
      },
      { parent: this },
    );
    const policy = new iam.RolePolicy(
      `${name}-archive-policy`,
      {
        role: role.name,
        policy: policyDocument([
          allow(
            ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"],
            stream.arn,
          ),
          allow(["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], bucket.arn),
          allow(["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"], pulumi.interpolate`${bucket.arn}/*`),
          allow(["logs:PutLogEvents"], pulumi.interpolate`${logs.arn}:log-stream:${logStream.name}`),
          foundation.encrypts(),
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
          bufferingInterval: args.archiveBufferSeconds,
          bufferingSize: args.archiveBufferMegabytes,
          compressionFormat: "GZIP",
          prefix: `events/${hours}`,
          errorOutputPrefix: `errors/!{firehose:error-output-type}/${hours}`,
          kmsKeyArn: foundation.keyArn,
          cloudwatchLoggingOptions: { enabled: true, logGroupName: logs.name, logStreamName: logStream.name },
          // Without it the records of an object run into one another.
          processingConfiguration: { enabled: true, processors: [{ type: "AppendDelimiterToRecord" }] },
        },
        tags: foundation.tags,
      },
      { parent: this, dependsOn: policy },
    );
    return { bucket, delivery };
  }
}
