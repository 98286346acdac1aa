import type { CreateDeliveryStreamInput } from "@aws-sdk/client-firehose";
import { Fault, notImplemented } from "../../../aws/fault";
import { readTagList } from "../../../aws/tags";
import type { Call, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { Deliveries } from "../delivery/deliveries";
import { assumeRole } from "../delivery/role";
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

/** The time that a delivery stream is CREATING or DELETING; AWS takes up to a minute. */
const transition = 1_000;

/** Creates, describes, lists and deletes delivery streams. */
export function deliveryStreamHandlers(host: Host, streams: DeliveryStreams, deliveries: Deliveries) {
  const { clock } = host;
  const activate = (stream: DeliveryStream) => {
    if (stream.status !== "CREATING") return;
    stream.status = "ACTIVE";
    deliveries.start(stream);
  };
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
      const label = `firehose: ${name} becomes ACTIVE`;
      clock.at(clock.now() + transition, label, () => activate(stream), "transition");
      return { DeliveryStreamARN: stream.arn };
    },

    DescribeDeliveryStream: (input, call) => ({
      DeliveryStreamDescription: describe(findDeliveryStream(streams, call, input.DeliveryStreamName)),
    }),

    DeleteDeliveryStream(input, call) {
      const stream = findDeliveryStream(streams, call, input.DeliveryStreamName);
      if (stream.status === "CREATING") findActive(streams, call, stream.name);
      stream.status = "DELETING";
      deliveries.stop(stream);
      const own = streams.of(call);
      const remove = () => void (own.get(stream.name) === stream && own.delete(stream.name));
      clock.at(clock.now() + transition, `firehose: ${stream.name} is deleted`, remove, "transition");
      return {};
    },

    ListDeliveryStreams(input, call) {
      refuseOthers("ListDeliveryStreams", input, ["Limit", "ExclusiveStartDeliveryStreamName"]);
      const rest = [...streams.of(call).values()]
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
  return {
    name,
    arn: deliveryStreamArn(call, name),
    account: call.account,
    region: call.region,
    created: Math.floor(now),
    source: readSource(input),
    tags: new Map(readTagList(input.Tags)),
    status: "CREATING",
    version: 1,
    destination: readDestination(input.ExtendedS3DestinationConfiguration),
  };
}

/**
 * Firehose must be able to assume the roles, and the source's role must be able to read the stream.
 */
async function checkRoles(host: Host, stream: DeliveryStream): Promise<void> {
  assumeRole(host, stream, stream.destination.roleArn);
  const reader = assumeRole(host, stream, stream.source.roleArn);
  await host.call(reader, "kinesis", "DescribeStream", { StreamARN: stream.source.streamArn });
}

/** The stream that a new delivery stream reads. */
function readSource(input: CreateDeliveryStreamInput): DeliveryStream["source"] {
  const { DeliveryStreamType: type = "DirectPut", KinesisStreamSourceConfiguration: source } = input;
  if (type !== "KinesisStreamAsSource") {
    throw notImplemented(`firehose:CreateDeliveryStream with DeliveryStreamType ${type}`);
  }
  if (!source) {
    const message = "KinesisStreamSourceConfiguration is required for the type KinesisStreamAsSource.";
    throw new Fault("InvalidArgumentException", message);
  }
  return { streamArn: source.KinesisStreamARN ?? "", roleArn: source.RoleARN ?? "" };
}
