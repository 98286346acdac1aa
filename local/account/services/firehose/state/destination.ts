import type {
  ExtendedS3DestinationConfiguration,
  ExtendedS3DestinationUpdate,
  ProcessingConfiguration,
} from "@aws-sdk/client-firehose";
import { Fault, notImplemented } from "../../../aws/fault";
import { checkPrefixes } from "../delivery/prefix";

/** An extended S3 destination with every default filled in. */
export interface Destination {
  readonly configuration: ExtendedS3DestinationConfiguration;
  readonly roleArn: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly bufferBytes: number;
  readonly bufferMs: number;
  readonly gzip: boolean;
  /** Written after each record; empty unless the AppendDelimiterToRecord processor is on. */
  readonly delimiter: string;
  readonly kmsKeyArn?: string;
  readonly log?: { readonly group: string; readonly stream: string };
}

export const mebibyte = 1024 * 1024;
const invalid = (message: string) => new Fault("InvalidArgumentException", message);

/** Reads a destination's configuration, or a change of one. */
export function readDestination(
  change: ExtendedS3DestinationConfiguration | ExtendedS3DestinationUpdate,
  known?: Destination,
): Destination {
  const configuration = { ...known?.configuration, ...change } as ExtendedS3DestinationConfiguration;
  refuseUnsupported(configuration);
  checkPrefixes(configuration.Prefix, configuration.ErrorOutputPrefix);
  const { BufferingHints: hints } = configuration;
  if (hints && (hints.SizeInMBs === undefined) !== (hints.IntervalInSeconds === undefined)) {
    throw invalid("BufferingHints: SizeInMBs and IntervalInSeconds must be given together.");
  }
  const bucket = /^arn:aws[a-z-]*:s3:::([a-z0-9.-]{3,63})$/.exec(configuration.BucketARN ?? "")?.[1];
  if (bucket === undefined) throw invalid(`BucketARN: ${configuration.BucketARN} is no ARN of a bucket.`);
  const logging = configuration.CloudWatchLoggingOptions;
  const kmsKeyArn = configuration.EncryptionConfiguration?.KMSEncryptionConfig?.AWSKMSKeyARN;
  return {
    configuration,
    roleArn: configuration.RoleARN ?? "",
    bucket,
    prefix: configuration.Prefix ?? "",
    bufferBytes: (hints?.SizeInMBs ?? 5) * mebibyte,
    bufferMs: (hints?.IntervalInSeconds ?? 300) * 1000,
    gzip: configuration.CompressionFormat === "GZIP",
    delimiter: readDelimiter(configuration.ProcessingConfiguration),
    ...(kmsKeyArn !== undefined && { kmsKeyArn }),
    ...(logging?.Enabled && { log: readLog(logging.LogGroupName, logging.LogStreamName) }),
  };
}

function refuseUnsupported(configuration: ExtendedS3DestinationConfiguration): void {
  const { CompressionFormat, S3BackupMode, DataFormatConversionConfiguration, DynamicPartitioningConfiguration } =
    configuration;
  const unsupported = [
    [!["GZIP", "UNCOMPRESSED"].includes(CompressionFormat ?? "UNCOMPRESSED"), `CompressionFormat ${CompressionFormat}`],
    [S3BackupMode === "Enabled", "S3BackupMode Enabled"],
    [DataFormatConversionConfiguration?.Enabled === true, "data format conversion"],
    [DynamicPartitioningConfiguration?.Enabled === true, "dynamic partitioning"],
    [Boolean(configuration.FileExtension), "FileExtension"],
    [(configuration.CustomTimeZone ?? "UTC") !== "UTC", "CustomTimeZone"],
  ] as const;
  for (const [asked, what] of unsupported) if (asked) throw notImplemented(`firehose: ${what}`);
}

function readLog(group: string | undefined, stream: string | undefined) {
  if (group !== undefined && stream !== undefined) return { group, stream };
  throw invalid("CloudWatchLoggingOptions: LogGroupName and LogStreamName are required when Enabled is true.");
}

function readDelimiter(processing: ProcessingConfiguration = {}): string {
  if (!processing.Enabled) return "";
  let delimiter = "";
  for (const { Type, Parameters = [] } of processing.Processors ?? []) {
    if (Type !== "AppendDelimiterToRecord") throw notImplemented(`firehose: the processor ${Type}`);
    if (Parameters.length > 0) throw notImplemented("firehose: parameters of AppendDelimiterToRecord");
    delimiter = "\n";
  }
  return delimiter;
}
