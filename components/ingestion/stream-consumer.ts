import type * as kinesis from "@pulumi/aws/kinesis";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import { LambdaFunction, type LambdaFunctionArgs } from "../lambda/lambda-function";
import type { PrivateBucket } from "../platform/private-bucket";
import { allow } from "../support/policy";

/** The keys of the stack's configuration that each consumer uses. */
export interface ConsumerConfig {
  maximumBatchingWindowSeconds: number;
  maximumRetryAttempts: number;
  maximumRecordAgeSeconds: number;
}

export interface StreamConsumerArgs<Environment> extends LambdaFunctionArgs<Environment> {
  stream: kinesis.Stream;
  /** Takes bad records, and batches that fail until the last retry. */
  quarantine: PrivateBucket;
  config: ConsumerConfig;
  mapping: {
    batchSize: number;
    parallelizationFactor: number;
    filterCriteria?: { filters: { pattern: string }[] };
  };
}

/** A function that reads the stream, and its event source mapping. */
export interface StreamConsumer {
  readonly name: pulumi.Output<string>;
  readonly mappingId: pulumi.Output<string>;
}

/** Creates a function that reads the stream, with what each of them may do, and its mapping. */
export function createStreamConsumer<Environment extends object = never>(
  names: { readonly function: string; readonly mapping: string },
  { stream, quarantine, config, mapping, ...args }: StreamConsumerArgs<Environment>,
  parent: pulumi.Resource,
): StreamConsumer {
  const { foundation } = args;
  const ofThisAccount = { StringEquals: { "s3:ResourceAccount": foundation.accountId } };
  const consumer = new LambdaFunction<Environment>(
    names.function,
    {
      ...args,
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
        ...args.permissions,
        // The name of a bucket that was deleted can become another account's (Lambda guide, S3 as
        // on-failure destination).
        allow(["s3:PutObject"], pulumi.interpolate`${quarantine.arn}/*`, ofThisAccount),
        // The mapping checks its on-failure bucket with this action.
        allow(["s3:ListBucket"], quarantine.arn, ofThisAccount),
        foundation.key.allow(["kms:Decrypt"], "kinesis"),
      ],
    },
    { parent },
  );
  const { uuid } = new lambda.EventSourceMapping(
    names.mapping,
    {
      eventSourceArn: stream.arn,
      functionName: consumer.name,
      // Includes records sent while the mapping is created; a second delivery of an event or an
      // update is harmless.
      startingPosition: "TRIM_HORIZON",
      ...mapping,
      maximumBatchingWindowInSeconds: config.maximumBatchingWindowSeconds,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ["ReportBatchItemFailures"],
      maximumRetryAttempts: config.maximumRetryAttempts,
      maximumRecordAgeInSeconds: config.maximumRecordAgeSeconds,
      // S3 instead of a queue: a queue would get only metadata, S3 gets the records.
      destinationConfig: { onFailure: { destinationArn: quarantine.arn } },
      metricsConfig: { metrics: ["EventCount"] },
      tags: foundation.tags,
    },
    { parent },
  );
  return { name: consumer.name, mappingId: uuid };
}
