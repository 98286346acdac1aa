import type {
  CreateDeliveryStreamInput,
  DeliveryStreamDescription,
  DeliveryStreamType,
  ExtendedS3DestinationConfiguration,
  ExtendedS3DestinationUpdate,
  KinesisStreamSourceConfiguration,
  ProcessingConfiguration,
} from "@aws-sdk/client-firehose";
import { Fault, notImplemented } from "../../endpoint/fault";
import { checkPrefixes } from "./prefix";

export interface BufferedRecord {
  readonly data: Uint8Array;
  /** Virtual milliseconds. */
  readonly arrival: number;
}

/** The buffer of a delivery stream and its way to S3. */
export interface Delivery {
  add(records: readonly BufferedRecord[]): void;
  /** Delivery fails: the source should keep its records until `whenDelivered` calls. */
  readonly failing: boolean;
  /** Called after each object, when delivery works (again). */
  whenDelivered(listener: () => void): void;
  stop(): void;
}

/** An extended S3 destination with every default filled in. */
export interface Destination {
  readonly configuration: ExtendedS3DestinationConfiguration;
  readonly roleArn: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly bufferBytes: number;
  readonly bufferMs: number;
  readonly gzip: boolean;
  readonly extension: string;
  readonly timeZone: string;
  /** Written behind each record; empty unless the AppendDelimiterToRecord processor is on. */
  readonly delimiter: string;
  readonly kmsKeyArn?: string;
  readonly log?: { readonly group: string; readonly stream: string };
}

export interface DeliveryStream {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly created: number;
  readonly type: DeliveryStreamType;
  readonly source?: { readonly streamArn: string; readonly roleArn: string };
  readonly tags: Map<string, string>;
  status: "CREATING" | "ACTIVE" | "DELETING";
  version: number;
  updated?: number;
  destination: Destination;
  delivery?: Delivery;
}

export const destinationId = "destinationId-000000000001";
const mebibyte = 1024 * 1024;
const invalid = (message: string) => new Fault("InvalidArgumentException", message);

/** Members of a request that name a source, destination or setting which this account does not have. */
export function refuseOthers(operation: string, input: object, supported: readonly string[]): void {
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined || supported.includes(member)) continue;
    throw notImplemented(`firehose:${operation} with ${member}`);
  }
}

export function sourceOf(input: CreateDeliveryStreamInput): KinesisStreamSourceConfiguration | undefined {
  const type = input.DeliveryStreamType ?? "DirectPut";
  const source = input.KinesisStreamSourceConfiguration;
  if (type === "DirectPut") {
    if (source) throw invalid("KinesisStreamSourceConfiguration is for the type KinesisStreamAsSource only.");
    return undefined;
  }
  if (type !== "KinesisStreamAsSource") throw notImplemented(`firehose:CreateDeliveryStream of type ${type}`);
  if (!source) throw invalid("KinesisStreamSourceConfiguration is required for the type KinesisStreamAsSource.");
  return source;
}

/** Reads a destination's configuration, or a change of one. */
export function destinationOf(
  change: ExtendedS3DestinationConfiguration | ExtendedS3DestinationUpdate,
  known?: Destination,
): Destination {
  const configuration = { ...known?.configuration, ...change } as ExtendedS3DestinationConfiguration;
  refuse(configuration);
  checkPrefixes(configuration.Prefix, configuration.ErrorOutputPrefix);
  const { BufferingHints: hints } = configuration;
  if (hints && (hints.SizeInMBs === undefined) !== (hints.IntervalInSeconds === undefined)) {
    throw invalid("BufferingHints: SizeInMBs and IntervalInSeconds must be given together.");
  }
  const bucket = /^arn:aws[a-z-]*:s3:::([a-z0-9.-]{3,63})$/.exec(configuration.BucketARN ?? "")?.[1];
  if (bucket === undefined) throw invalid(`BucketARN: ${configuration.BucketARN} is no ARN of a bucket.`);
  const gzip = configuration.CompressionFormat === "GZIP";
  const logging = configuration.CloudWatchLoggingOptions;
  const kmsKeyArn = configuration.EncryptionConfiguration?.KMSEncryptionConfig?.AWSKMSKeyARN;
  return {
    configuration,
    roleArn: configuration.RoleARN ?? "",
    bucket,
    prefix: configuration.Prefix ?? "",
    bufferBytes: (hints?.SizeInMBs ?? 5) * mebibyte,
    bufferMs: (hints?.IntervalInSeconds ?? 300) * 1000,
    gzip,
    extension: configuration.FileExtension ?? (gzip ? ".gz" : ""),
    timeZone: timeZoneOf(configuration.CustomTimeZone),
    delimiter: delimiterOf(configuration.ProcessingConfiguration),
    ...(kmsKeyArn !== undefined && { kmsKeyArn }),
    ...(logging?.Enabled && { log: logOf(logging.LogGroupName, logging.LogStreamName) }),
  };
}

function refuse(configuration: ExtendedS3DestinationConfiguration): void {
  const { CompressionFormat, S3BackupMode, DataFormatConversionConfiguration, DynamicPartitioningConfiguration } =
    configuration;
  const unsupported = [
    [!["GZIP", "UNCOMPRESSED"].includes(CompressionFormat ?? "UNCOMPRESSED"), `CompressionFormat ${CompressionFormat}`],
    [S3BackupMode === "Enabled", "S3BackupMode Enabled"],
    [DataFormatConversionConfiguration?.Enabled === true, "data format conversion"],
    [DynamicPartitioningConfiguration?.Enabled === true, "dynamic partitioning"],
  ] as const;
  for (const [asked, what] of unsupported) if (asked) throw notImplemented(`firehose: ${what}`);
}

function timeZoneOf(name = "UTC"): string {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    throw invalid(`CustomTimeZone: ${name} is no time zone of the IANA database.`);
  }
}

function logOf(group: string | undefined, stream: string | undefined) {
  if (group !== undefined && stream !== undefined) return { group, stream };
  throw invalid("CloudWatchLoggingOptions: LogGroupName and LogStreamName are required when Enabled is true.");
}

function delimiterOf(processing: ProcessingConfiguration = {}): string {
  if (!processing.Enabled) return "";
  let delimiter = "";
  for (const { Type, Parameters = [] } of processing.Processors ?? []) {
    if (Type !== "AppendDelimiterToRecord") throw notImplemented(`firehose: the processor ${Type}`);
    const given = Parameters.find(({ ParameterName }) => ParameterName === "Delimiter")?.ParameterValue ?? "\\n";
    delimiter = given.replace(/\\([nrt\\])/g, (_all, letter: string) => escapes[letter] ?? letter);
  }
  return delimiter;
}
const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\\": "\\" };

export function describe(stream: DeliveryStream): DeliveryStreamDescription {
  const { configuration, bufferBytes, bufferMs } = stream.destination;
  return {
    DeliveryStreamName: stream.name,
    DeliveryStreamARN: stream.arn,
    DeliveryStreamStatus: stream.status,
    DeliveryStreamEncryptionConfiguration: { Status: "DISABLED" },
    DeliveryStreamType: stream.type,
    VersionId: String(stream.version),
    CreateTimestamp: new Date(stream.created),
    ...(stream.updated !== undefined && { LastUpdateTimestamp: new Date(stream.updated) }),
    ...(stream.source && {
      Source: {
        KinesisStreamSourceDescription: {
          KinesisStreamARN: stream.source.streamArn,
          RoleARN: stream.source.roleArn,
          DeliveryStartTimestamp: new Date(stream.created),
        },
      },
    }),
    Destinations: [
      {
        DestinationId: destinationId,
        ExtendedS3DestinationDescription: {
          ...configuration,
          BufferingHints: { SizeInMBs: bufferBytes / mebibyte, IntervalInSeconds: bufferMs / 1000 },
          CompressionFormat: configuration.CompressionFormat ?? "UNCOMPRESSED",
          EncryptionConfiguration: configuration.EncryptionConfiguration ?? { NoEncryptionConfig: "NoEncryption" },
          CloudWatchLoggingOptions: configuration.CloudWatchLoggingOptions ?? { Enabled: false },
          S3BackupMode: configuration.S3BackupMode ?? "Disabled",
        },
      },
    ],
    HasMoreDestinations: false,
  };
}
