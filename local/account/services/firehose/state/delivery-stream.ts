import type { DeliveryStreamDescription } from "@aws-sdk/client-firehose";
import { arnIn, type Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { MetricSource } from "../../../host/metric";
import type { Call } from "../../../host/service";
import type { Store } from "../../../host/store";
import { type Destination, mebibyte } from "./destination";

export interface BufferedRecord {
  readonly data: Uint8Array;
  /** Virtual milliseconds. */
  readonly arrival: number;
}

/** The records of one object. */
export interface Batch {
  readonly records: readonly BufferedRecord[];
  readonly oldest: number;
  readonly closed: number;
}

export interface DeliveryStream {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly created: number;
  readonly source: { readonly streamArn: string; readonly roleArn: string };
  readonly tags: Map<string, string>;
  status: "CREATING" | "ACTIVE" | "DELETING";
  version: number;
  updated?: number;
  destination: Destination;
}

export type DeliveryStreams = Store<Map<string, DeliveryStream>>;

export const destinationId = "destinationId-000000000001";

export const deliveryStreamArn = (scope: Scope, name: string) => arnIn(scope, "firehose", `deliverystream/${name}`);

/** Describes a delivery stream as the subject of metrics. */
export const metricSource = ({ account, region, name }: DeliveryStream): MetricSource => ({
  account,
  region,
  namespace: "AWS/Firehose",
  dimensions: { DeliveryStreamName: name },
});

const missing = (call: Call, name: string) =>
  new Fault("ResourceNotFoundException", `Firehose ${name} under account ${call.account} not found.`);

export function findDeliveryStream(streams: DeliveryStreams, call: Call, name = ""): DeliveryStream {
  const stream = streams.of(call).get(name);
  if (!stream) throw missing(call, name);
  return stream;
}

/** A delivery stream whose settings can change. */
export function findActive(streams: DeliveryStreams, call: Call, name: string | undefined): DeliveryStream {
  const stream = findDeliveryStream(streams, call, name);
  if (stream.status === "ACTIVE") return stream;
  throw new Fault(
    "ResourceInUseException",
    `Firehose ${stream.name} under account ${call.account} is not ACTIVE, instead in state ${stream.status}.`,
  );
}

export function describe(stream: DeliveryStream): DeliveryStreamDescription {
  const { configuration, bufferBytes, bufferMs } = stream.destination;
  return {
    DeliveryStreamName: stream.name,
    DeliveryStreamARN: stream.arn,
    DeliveryStreamStatus: stream.status,
    DeliveryStreamEncryptionConfiguration: { Status: "DISABLED" },
    DeliveryStreamType: "KinesisStreamAsSource",
    VersionId: String(stream.version),
    CreateTimestamp: new Date(stream.created),
    ...(stream.updated !== undefined && { LastUpdateTimestamp: new Date(stream.updated) }),
    Source: {
      KinesisStreamSourceDescription: {
        KinesisStreamARN: stream.source.streamArn,
        RoleARN: stream.source.roleArn,
        DeliveryStartTimestamp: new Date(stream.created),
      },
    },
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
