import type { ExtendedS3DestinationConfiguration, ExtendedS3DestinationDescription } from "@aws-sdk/client-firehose";
import { z } from "zod";
import { type Aws, ignoreNotFound, retryOn, waitUntil, waitUntilDeleted } from "./aws";
import { resource } from "./resource";
import { tagList, tagMap } from "./values";

const processor = z.strictObject({ type: z.literal("AppendDelimiterToRecord") });

const destination = z.strictObject({
  roleArn: z.string(),
  bucketArn: z.string(),
  prefix: z.string().optional(),
  errorOutputPrefix: z.string().optional(),
  bufferingInterval: z.number().int().default(300),
  bufferingSize: z.number().int().default(5),
  compressionFormat: z.enum(["UNCOMPRESSED", "GZIP"]).default("UNCOMPRESSED"),
  kmsKeyArn: z.string().optional(),
  cloudwatchLoggingOptions: z
    .strictObject({
      enabled: z.boolean().default(false),
      logGroupName: z.string().optional(),
      logStreamName: z.string().optional(),
    })
    .optional(),
  processingConfiguration: z
    .strictObject({ enabled: z.boolean().default(false), processors: z.array(processor).optional() })
    .optional(),
});

const notFound = "ResourceNotFoundException";

export const firehoseDeliveryStream = resource({
  schema: z.strictObject({
    name: z.string(),
    destination: z.literal("extended_s3"),
    extendedS3Configuration: destination,
    kinesisSourceConfiguration: z.strictObject({ kinesisStreamArn: z.string(), roleArn: z.string() }),
    tags: z.record(z.string(), z.string()).optional(),
  }),
  hints: {
    kinesisSourceConfiguration: "Its delivery streams read from a Kinesis stream; DirectPut is not supported.",
    extendedS3Configuration: "Its delivery streams write to S3.",
  },
  autoName: { property: "name", maxLength: 64 },
  replaceOn: ["name", "destination", "kinesisSourceConfiguration"],
  computed: ["extendedS3Configuration.cloudwatchLoggingOptions"],
  follows: { versionId: ["extendedS3Configuration"] },
  async create(inputs, aws) {
    const source = inputs.kinesisSourceConfiguration;
    const create = () =>
      aws.call("firehose", "CreateDeliveryStream", {
        DeliveryStreamName: inputs.name,
        DeliveryStreamType: "KinesisStreamAsSource",
        KinesisStreamSourceConfiguration: { KinesisStreamARN: source.kinesisStreamArn, RoleARN: source.roleArn },
        ExtendedS3DestinationConfiguration: destinationOf(inputs.extendedS3Configuration),
        // Firehose refuses an empty list.
        Tags: inputs.tags && Object.keys(inputs.tags).length > 0 ? tagList(inputs.tags) : undefined,
      });
    const { DeliveryStreamARN } = await retryOn(create, "InvalidArgumentException");
    await waitUntil(`the delivery stream ${inputs.name} is ACTIVE`, async () => {
      const { DeliveryStreamDescription } = await aws.call("firehose", "DescribeDeliveryStream", {
        DeliveryStreamName: inputs.name,
      });
      if (DeliveryStreamDescription?.DeliveryStreamStatus === "CREATING_FAILED") {
        throw new Error(`The delivery stream ${inputs.name}: ${DeliveryStreamDescription.FailureDescription?.Details}`);
      }
      return DeliveryStreamDescription?.DeliveryStreamStatus === "ACTIVE";
    });
    return DeliveryStreamARN ?? "";
  },
  async read(id, _state, aws) {
    const found = await describe(id, aws);
    if (!found) return undefined;
    const { DeliveryStreamName, Source, Destinations } = found;
    const { Tags } = await aws.call("firehose", "ListTagsForDeliveryStream", { DeliveryStreamName });
    const source = Source?.KinesisStreamSourceDescription;
    const [target] = Destinations ?? [];
    return {
      name: DeliveryStreamName,
      arn: found.DeliveryStreamARN,
      destination: "extended_s3",
      destinationId: target?.DestinationId,
      versionId: found.VersionId,
      extendedS3Configuration: configurationOf(target?.ExtendedS3DestinationDescription ?? {}),
      kinesisSourceConfiguration: source && { kinesisStreamArn: source.KinesisStreamARN, roleArn: source.RoleARN },
      tags: tagMap(Tags),
    };
  },
  async update(_id, inputs, { old }, aws) {
    const { RoleARN, BucketARN, ...rest } = destinationOf(inputs.extendedS3Configuration);
    await aws.call("firehose", "UpdateDestination", {
      DeliveryStreamName: inputs.name,
      CurrentDeliveryStreamVersionId: String(old.versionId),
      DestinationId: String(old.destinationId),
      ExtendedS3DestinationUpdate: { RoleARN, BucketARN, ...rest },
    });
  },
  tagging: {
    set: ({ name }, tags, aws) =>
      aws.call("firehose", "TagDeliveryStream", { DeliveryStreamName: String(name), Tags: tagList(tags) }),
    unset: ({ name }, TagKeys, aws) =>
      aws.call("firehose", "UntagDeliveryStream", { DeliveryStreamName: String(name), TagKeys }),
  },
  async delete(_id, state, aws) {
    const DeliveryStreamName = String(state.name);
    await ignoreNotFound(aws.call("firehose", "DeleteDeliveryStream", { DeliveryStreamName }), notFound);
    const look = () => aws.call("firehose", "DescribeDeliveryStream", { DeliveryStreamName });
    await waitUntilDeleted(`the delivery stream ${DeliveryStreamName}`, look, notFound);
  },
});

async function describe(arn: string, aws: Aws) {
  const DeliveryStreamName = arn.split("/").at(-1);
  const found = await ignoreNotFound(aws.call("firehose", "DescribeDeliveryStream", { DeliveryStreamName }), notFound);
  return found?.DeliveryStreamDescription;
}

function configurationOf(found: Partial<ExtendedS3DestinationDescription>) {
  const logging = found.CloudWatchLoggingOptions;
  const processing = found.ProcessingConfiguration;
  return {
    roleArn: found.RoleARN,
    bucketArn: found.BucketARN,
    prefix: found.Prefix || undefined,
    errorOutputPrefix: found.ErrorOutputPrefix || undefined,
    bufferingInterval: found.BufferingHints?.IntervalInSeconds,
    bufferingSize: found.BufferingHints?.SizeInMBs,
    compressionFormat: found.CompressionFormat,
    kmsKeyArn: found.EncryptionConfiguration?.KMSEncryptionConfig?.AWSKMSKeyARN,
    cloudwatchLoggingOptions: logging && {
      enabled: logging.Enabled,
      logGroupName: logging.LogGroupName,
      logStreamName: logging.LogStreamName,
    },
    processingConfiguration: processing?.Enabled
      ? { enabled: true, processors: processing.Processors?.map(({ Type }) => ({ type: Type })) }
      : undefined,
  };
}

/**
 * As the real provider, with empty members for what the program does not set: an update keeps what
 * it leaves out.
 */
function destinationOf(from: z.output<typeof destination>): ExtendedS3DestinationConfiguration {
  const logging = from.cloudwatchLoggingOptions;
  const processing = from.processingConfiguration;
  return {
    RoleARN: from.roleArn,
    BucketARN: from.bucketArn,
    Prefix: from.prefix ?? "",
    ErrorOutputPrefix: from.errorOutputPrefix ?? "",
    BufferingHints: { IntervalInSeconds: from.bufferingInterval, SizeInMBs: from.bufferingSize },
    CompressionFormat: from.compressionFormat,
    EncryptionConfiguration: from.kmsKeyArn
      ? { KMSEncryptionConfig: { AWSKMSKeyARN: from.kmsKeyArn } }
      : { NoEncryptionConfig: "NoEncryption" },
    CloudWatchLoggingOptions: logging && {
      Enabled: logging.enabled,
      LogGroupName: logging.logGroupName,
      LogStreamName: logging.logStreamName,
    },
    ProcessingConfiguration: {
      Enabled: processing?.enabled ?? false,
      Processors: (processing?.processors ?? []).map(({ type }) => ({ Type: type })),
    },
  };
}
