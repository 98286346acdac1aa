import type { CreateDeliveryStreamInput, KinesisStreamSourceConfiguration } from "@aws-sdk/client-firehose";
import type { Clients } from "../../../endpoint/clients";
import { Fault, notImplemented } from "../../../endpoint/fault";
import type { Call, Handlers, Host } from "../../../endpoint/service";
import { readTagList } from "../../../endpoint/tags";
import { createDelivery } from "../delivery/delivery";
import { assumeRole } from "../delivery/role";
import { readStream, type StreamSource } from "../source/stream-source";
import {
  type DeliveryStream,
  type DeliveryStreams,
  deliveryStreamArn,
  describe,
  findActive,
  findDeliveryStream,
} from "../state/delivery-stream";
import { readDestination } from "../state/destination";
import { refuseOthers } from "./refuse-others";

/** How long a delivery stream is CREATING or DELETING; AWS takes up to a minute. */
const transition = 1_000;

/** Creates, describes, lists and deletes delivery streams. */
export function deliveryStreamHandlers(host: Host, streams: DeliveryStreams) {
  const sources = new WeakMap<DeliveryStream, StreamSource>();
  const { clock } = host;
  return {
    async CreateDeliveryStream(input, call) {
      refuseOthers("CreateDeliveryStream", input, [
        "DeliveryStreamName",
        "DeliveryStreamType",
        "KinesisStreamSourceConfiguration",
        "ExtendedS3DestinationConfiguration",
        "Tags",
      ]);
      const name = input.DeliveryStreamName ?? "";
      if (streams.of(call).has(name)) {
        throw new Fault("ResourceInUseException", `Firehose ${name} under accountId ${call.account} already exists`);
      }
      const stream = readDeliveryStream(input, call, clock.now());
      await checkRoles(host, stream);
      streams.of(call).set(name, stream);
      clock.at(clock.now() + transition, `firehose: ${name} becomes ACTIVE`, () => {
        if (stream.status !== "CREATING") return;
        stream.status = "ACTIVE";
        stream.delivery = createDelivery(host, stream);
        if (stream.source) sources.set(stream, readStream(host, stream, stream.source, stream.delivery));
      });
      return { DeliveryStreamARN: stream.arn };
    },

    DescribeDeliveryStream: (input, call) => ({
      DeliveryStreamDescription: describe(findDeliveryStream(streams, call, input.DeliveryStreamName)),
    }),

    DeleteDeliveryStream(input, call) {
      const stream = findDeliveryStream(streams, call, input.DeliveryStreamName);
      if (stream.status === "CREATING") findActive(streams, call, stream.name);
      stream.status = "DELETING";
      sources.get(stream)?.stop();
      stream.delivery?.stop();
      clock.at(clock.now() + transition, `firehose: ${stream.name} is deleted`, () => {
        if (streams.of(call).get(stream.name) === stream) streams.of(call).delete(stream.name);
      });
      return {};
    },

    ListDeliveryStreams(input, call) {
      const rest = [...streams.of(call).values()]
        .filter(({ type }) => input.DeliveryStreamType === undefined || type === input.DeliveryStreamType)
        .map(({ name }) => name)
        .filter((name) => name > (input.ExclusiveStartDeliveryStreamName ?? ""))
        .sort();
      const page = rest.slice(0, input.Limit ?? 10);
      return { DeliveryStreamNames: page, HasMoreDeliveryStreams: page.length < rest.length };
    },
  } satisfies Handlers<Clients["firehose"]>;
}

function readDeliveryStream(input: CreateDeliveryStreamInput, call: Call, now: number): DeliveryStream {
  if (!input.ExtendedS3DestinationConfiguration) {
    throw new Fault("InvalidArgumentException", "Exactly one destination configuration must be given.");
  }
  const name = input.DeliveryStreamName ?? "";
  const source = readSource(input);
  return {
    name,
    arn: deliveryStreamArn(call, name),
    account: call.account,
    region: call.region,
    created: Math.floor(now),
    type: input.DeliveryStreamType ?? "DirectPut",
    ...(source && { source: { streamArn: source.KinesisStreamARN ?? "", roleArn: source.RoleARN ?? "" } }),
    tags: new Map(readTagList(input.Tags)),
    status: "CREATING",
    version: 1,
    destination: readDestination(input.ExtendedS3DestinationConfiguration),
  };
}

/** Firehose must be able to assume the roles, and the source's role must be able to read the stream. */
async function checkRoles(host: Host, stream: DeliveryStream): Promise<void> {
  assumeRole(host, stream, stream.destination.roleArn);
  if (!stream.source) return;
  const reader = assumeRole(host, stream, stream.source.roleArn);
  await host.call(reader, "kinesis", "DescribeStream", { StreamARN: stream.source.streamArn });
}

const invalid = (message: string) => new Fault("InvalidArgumentException", message);

/** The stream that a new delivery stream reads, if any. */
function readSource(input: CreateDeliveryStreamInput): KinesisStreamSourceConfiguration | undefined {
  const type = input.DeliveryStreamType ?? "DirectPut";
  const source = input.KinesisStreamSourceConfiguration;
  if (type === "DirectPut") {
    if (source) throw invalid("KinesisStreamSourceConfiguration is for the type KinesisStreamAsSource only.");
    return undefined;
  }
  if (type !== "KinesisStreamAsSource")
    throw notImplemented(`firehose:CreateDeliveryStream with DeliveryStreamType ${type}`);
  if (!source) throw invalid("KinesisStreamSourceConfiguration is required for the type KinesisStreamAsSource.");
  return source;
}
