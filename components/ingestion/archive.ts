import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as kinesis from "@pulumi/aws/kinesis";
import * as pulumi from "@pulumi/pulumi";
import { parts, prefixes } from "../../names/layout";
import { logGroups } from "../../names/log-groups";
import type { Foundation } from "../platform/foundation";
import { PrivateBucket } from "../platform/private-bucket";
import { createServiceRole } from "../platform/service-role";
import { allow } from "../support/policy";

/** The keys of the stack's configuration that the archive uses. */
export interface ArchiveConfig {
  archiveBufferSeconds: number;
  archiveBufferMegabytes: number;
  archiveRetentionDays: number;
}

/** Creates the bucket that keeps every record of the stream, and the delivery that fills it. */
export function createArchive(
  name: string,
  { foundation, config, stream }: { foundation: Foundation; config: ArchiveConfig; stream: kinesis.Stream },
  parent: pulumi.Resource,
): { bucket: PrivateBucket; delivery: kinesis.FirehoseDeliveryStream } {
  const bucket = new PrivateBucket(
    `${name}-archive`,
    { foundation, part: parts.archive, expirationDays: config.archiveRetentionDays },
    { parent },
  );
  const physical = foundation.name(parts.archive);
  const logs = foundation.createLogGroup(`${name}-archive-logs`, logGroups.ofDelivery(physical), parent);
  const logStream = new cloudwatch.LogStream(
    `${name}-archive-log-stream`,
    { name: "delivery", logGroupName: logs.name },
    { parent },
  );
  const role = createServiceRole(
    `${name}-archive`,
    {
      foundation,
      roleName: physical,
      trust: foundation.createTrust("firehose", `deliverystream/${physical}`),
      statements: [
        allow(
          ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"],
          stream.arn,
        ),
        allow(["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], bucket.arn),
        allow(["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"], pulumi.interpolate`${bucket.arn}/*`),
        allow(["logs:PutLogEvents"], pulumi.interpolate`${logs.arn}:log-stream:${logStream.name}`),
        foundation.key.allow(["kms:GenerateDataKey", "kms:Decrypt"], "s3"),
        foundation.key.allow(["kms:Decrypt"], "kinesis"),
      ],
    },
    parent,
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
        prefix: `${prefixes.archive}${hours}`,
        errorOutputPrefix: `${prefixes.errors}!{firehose:error-output-type}/${hours}`,
        kmsKeyArn: foundation.key.arn,
        cloudwatchLoggingOptions: { enabled: true, logGroupName: logs.name, logStreamName: logStream.name },
        // Without it there is no separator between the records of an object.
        processingConfiguration: { enabled: true, processors: [{ type: "AppendDelimiterToRecord" }] },
      },
      tags: foundation.tags,
    },
    { parent, dependsOn: role.policy },
  );
  return { bucket, delivery };
}
