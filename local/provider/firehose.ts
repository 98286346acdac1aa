import type { ExtendedS3DestinationConfiguration } from "@aws-sdk/client-firehose";
import { z } from "zod";
import { settled, unlessGone, until } from "./aws";
import { resource } from "./resource";
import { tagChanges } from "./values";

const processor = z.strictObject({
  type: z.enum(["AppendDelimiterToRecord", "Lambda"]),
  parameters: z.array(z.strictObject({ parameterName: z.string(), parameterValue: z.string() })).optional(),
});

const destination = z.strictObject({
  roleArn: z.string(),
  bucketArn: z.string(),
  prefix: z.string().optional(),
  errorOutputPrefix: z.string().optional(),
  bufferingInterval: z.number().int().optional(),
  bufferingSize: z.number().int().optional(),
  compressionFormat: z.enum(["UNCOMPRESSED", "GZIP"]).optional(),
  kmsKeyArn: z.string().optional(),
  customTimeZone: z.string().optional(),
  fileExtension: z.string().optional(),
  cloudwatchLoggingOptions: z
    .strictObject({
      enabled: z.boolean().optional(),
      logGroupName: z.string().optional(),
      logStreamName: z.string().optional(),
    })
    .optional(),
  processingConfiguration: z
    .strictObject({ enabled: z.boolean().optional(), processors: z.array(processor).optional() })
    .optional(),
});

const gone = "ResourceNotFoundException";

export const firehoseDeliveryStream = resource({
  schema: z.strictObject({
    name: z.string(),
    destination: z.literal("extended_s3"),
    extendedS3Configuration: destination,
    kinesisSourceConfiguration: z.strictObject({ kinesisStreamArn: z.string(), roleArn: z.string() }).optional(),
    tags: z.record(z.string(), z.string()).optional(),
  }),
  autoName: { property: "name", maxLength: 64 },
  replaceOn: ["name", "destination", "kinesisSourceConfiguration"],
  async create(inputs, aws) {
    const source = inputs.kinesisSourceConfiguration;
    const create = () =>
      aws.call("firehose", "CreateDeliveryStream", {
        DeliveryStreamName: inputs.name,
        DeliveryStreamType: source ? "KinesisStreamAsSource" : "DirectPut",
        KinesisStreamSourceConfiguration: source && {
          KinesisStreamARN: source.kinesisStreamArn,
          RoleARN: source.roleArn,
        },
        ExtendedS3DestinationConfiguration: destinationOf(inputs.extendedS3Configuration),
        Tags: Object.entries(inputs.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
      });
    const { DeliveryStreamARN } = await settled(create, "InvalidArgumentException");
    await until(`The delivery stream ${inputs.name} becoming ACTIVE`, async () => {
      const { DeliveryStreamDescription } = await aws.call("firehose", "DescribeDeliveryStream", {
        DeliveryStreamName: inputs.name,
      });
      if (DeliveryStreamDescription?.DeliveryStreamStatus === "CREATING_FAILED") {
        throw new Error(`The delivery stream ${inputs.name}: ${DeliveryStreamDescription.FailureDescription?.Details}`);
      }
      return DeliveryStreamDescription?.DeliveryStreamStatus === "ACTIVE";
    });
    return {
      id: DeliveryStreamARN ?? "",
      outputs: { arn: DeliveryStreamARN, destinationId: "destinationId-000000000001" },
    };
  },
  async read(id, state, aws) {
    const DeliveryStreamName = String(state.name ?? id.split("/").at(-1));
    const found = await unlessGone(aws.call("firehose", "DescribeDeliveryStream", { DeliveryStreamName }), gone);
    return found && { arn: found.DeliveryStreamDescription?.DeliveryStreamARN, name: DeliveryStreamName };
  },
  async update(_id, inputs, old, aws) {
    const { DeliveryStreamDescription } = await aws.call("firehose", "DescribeDeliveryStream", {
      DeliveryStreamName: inputs.name,
    });
    const { RoleARN, BucketARN, ...rest } = destinationOf(inputs.extendedS3Configuration);
    await aws.call("firehose", "UpdateDestination", {
      DeliveryStreamName: inputs.name,
      CurrentDeliveryStreamVersionId: DeliveryStreamDescription?.VersionId,
      DestinationId: DeliveryStreamDescription?.Destinations?.[0]?.DestinationId,
      ExtendedS3DestinationUpdate: { RoleARN, BucketARN, ...rest },
    });
    const { set, unset } = tagChanges(old.tags, inputs.tags);
    const Tags = Object.entries(set).map(([Key, Value]) => ({ Key, Value }));
    if (Tags.length > 0) await aws.call("firehose", "TagDeliveryStream", { DeliveryStreamName: inputs.name, Tags });
    if (unset.length > 0) {
      await aws.call("firehose", "UntagDeliveryStream", { DeliveryStreamName: inputs.name, TagKeys: unset });
    }
    return {};
  },
  async delete(_id, state, aws) {
    const DeliveryStreamName = String(state.name);
    await unlessGone(aws.call("firehose", "DeleteDeliveryStream", { DeliveryStreamName }), gone);
    await until(
      `The delivery stream ${DeliveryStreamName} being gone`,
      async () =>
        (await unlessGone(aws.call("firehose", "DescribeDeliveryStream", { DeliveryStreamName }), gone)) === undefined,
    );
  },
});

function destinationOf(from: z.output<typeof destination>): ExtendedS3DestinationConfiguration {
  const logging = from.cloudwatchLoggingOptions;
  const processing = from.processingConfiguration;
  return {
    RoleARN: from.roleArn,
    BucketARN: from.bucketArn,
    Prefix: from.prefix,
    ErrorOutputPrefix: from.errorOutputPrefix,
    BufferingHints: { IntervalInSeconds: from.bufferingInterval ?? 300, SizeInMBs: from.bufferingSize ?? 5 },
    CompressionFormat: from.compressionFormat,
    EncryptionConfiguration: from.kmsKeyArn ? { KMSEncryptionConfig: { AWSKMSKeyARN: from.kmsKeyArn } } : undefined,
    CustomTimeZone: from.customTimeZone,
    FileExtension: from.fileExtension,
    CloudWatchLoggingOptions: logging && {
      Enabled: logging.enabled,
      LogGroupName: logging.logGroupName,
      LogStreamName: logging.logStreamName,
    },
    ProcessingConfiguration: processing && {
      Enabled: processing.enabled,
      Processors: processing.processors?.map(({ type, parameters }) => ({
        Type: type,
        Parameters: parameters?.map(({ parameterName, parameterValue }) => ({
          ParameterName: parameterName as "Delimiter",
          ParameterValue: parameterValue,
        })),
      })),
    },
  };
}
