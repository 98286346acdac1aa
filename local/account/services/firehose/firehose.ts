import type { Clients } from "../../endpoint/clients";
import { Fault } from "../../endpoint/fault";
import type { Call, Host, Service } from "../../endpoint/service";
import { defineService, type Handlers } from "../../endpoint/service";
import { addTags } from "../../endpoint/tags";
import { callerFor, createDelivery } from "./delivery";
import { type DeliveryStream, describe, destinationId, destinationOf, refuseOthers, sourceOf } from "./delivery-stream";
import { deliveryStreamArn, permissions } from "./permissions";
import { readStream, type StreamSource } from "./stream-source";

/** How long a delivery stream is CREATING or DELETING; AWS takes up to a minute. */
const transition = 1_000;
const maxBatchBytes = 4 * 1024 * 1024;

/** Firehose: direct put or a Kinesis stream, buffered to S3. */
export function firehose(host: Host): Service<"firehose"> {
  const store = host.store(() => new Map<string, DeliveryStream>());
  const sources = new WeakMap<DeliveryStream, StreamSource>();
  const { clock } = host;

  const find = (call: Call, name = ""): DeliveryStream => {
    const stream = store.of(call).get(name);
    if (stream) return stream;
    throw new Fault("ResourceNotFoundException", `Firehose ${name} under account ${call.account} not found.`);
  };
  const findActive = (call: Call, name: string | undefined): DeliveryStream => {
    const stream = find(call, name);
    if (stream.status === "ACTIVE") return stream;
    throw new Fault(
      "ResourceInUseException",
      `Firehose ${stream.name} under account ${call.account} is not ACTIVE, instead in state ${stream.status}.`,
    );
  };
  const findDirect = (call: Call, name: string | undefined): DeliveryStream => {
    const stream = find(call, name);
    if (stream.status === "CREATING") {
      throw new Fault("ResourceNotFoundException", `Firehose ${name} under account ${call.account} not found.`);
    }
    if (stream.type === "DirectPut") return stream;
    const message = `This operation is not permitted on ${stream.type} delivery stream type.`;
    throw new Fault("InvalidArgumentException", message);
  };

  const put = (stream: DeliveryStream, records: readonly { Data: Uint8Array | undefined }[]) => {
    const arrival = clock.now();
    const data = records.map(({ Data = new Uint8Array() }) => ({ data: Data, arrival }));
    const metric = { account: stream.account, region: stream.region, namespace: "AWS/Firehose" };
    const dimensions = { DeliveryStreamName: stream.name };
    const bytes = data.reduce((sum, record) => sum + record.data.length, 0);
    host.emit("metric", { ...metric, dimensions, name: "IncomingRecords", value: data.length, unit: "Count" });
    host.emit("metric", { ...metric, dimensions, name: "IncomingBytes", value: bytes, unit: "Bytes" });
    stream.delivery?.add(data);
    return records.map(() => ({ RecordId: host.randomBytes(96).toString("base64") }));
  };

  return defineService({
    name: "firehose",
    iamPrefix: "firehose",
    validationError: "ValidationException",
    permissions,
    handlers: {
      async CreateDeliveryStream(input, call) {
        refuseOthers("CreateDeliveryStream", input, [
          "DeliveryStreamName",
          "DeliveryStreamType",
          "KinesisStreamSourceConfiguration",
          "ExtendedS3DestinationConfiguration",
          "Tags",
        ]);
        const name = input.DeliveryStreamName ?? "";
        if (store.of(call).has(name)) {
          throw new Fault("ResourceInUseException", `Firehose ${name} under accountId ${call.account} already exists`);
        }
        if (!input.ExtendedS3DestinationConfiguration) {
          throw new Fault("InvalidArgumentException", "Exactly one destination configuration must be given.");
        }
        const source = sourceOf(input);
        const stream: DeliveryStream = {
          name,
          arn: deliveryStreamArn(call, name),
          account: call.account,
          region: call.region,
          created: Math.floor(clock.now()),
          type: input.DeliveryStreamType ?? "DirectPut",
          ...(source && { source: { streamArn: source.KinesisStreamARN ?? "", roleArn: source.RoleARN ?? "" } }),
          tags: new Map((input.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
          status: "CREATING",
          version: 1,
          destination: destinationOf(input.ExtendedS3DestinationConfiguration),
        };
        callerFor(host, stream, stream.destination.roleArn);
        if (stream.source) {
          const reader = callerFor(host, stream, stream.source.roleArn);
          await host.call(reader, "kinesis", "DescribeStream", { StreamARN: stream.source.streamArn });
        }
        store.of(call).set(name, stream);
        clock.at(clock.now() + transition, `firehose: ${name} becomes ACTIVE`, () => {
          if (stream.status !== "CREATING") return;
          stream.status = "ACTIVE";
          stream.delivery = createDelivery(host, stream);
          if (stream.source) sources.set(stream, readStream(host, stream, stream.source, stream.delivery));
        });
        return { DeliveryStreamARN: stream.arn };
      },

      DescribeDeliveryStream: (input, call) => ({
        DeliveryStreamDescription: describe(find(call, input.DeliveryStreamName)),
      }),

      UpdateDestination(input, call) {
        refuseOthers("UpdateDestination", input, [
          "DeliveryStreamName",
          "CurrentDeliveryStreamVersionId",
          "DestinationId",
          "ExtendedS3DestinationUpdate",
        ]);
        const stream = findActive(call, input.DeliveryStreamName);
        if (input.CurrentDeliveryStreamVersionId !== String(stream.version)) {
          throw new Fault(
            "ConcurrentModificationException",
            `Cannot update firehose: ${stream.name} since the current version id: ${stream.version} and specified ` +
              `version id: ${input.CurrentDeliveryStreamVersionId} do not match`,
          );
        }
        if (input.DestinationId !== destinationId || !input.ExtendedS3DestinationUpdate) {
          throw new Fault("InvalidArgumentException", `Destination Id ${input.DestinationId} not found`);
        }
        const destination = destinationOf(input.ExtendedS3DestinationUpdate, stream.destination);
        callerFor(host, stream, destination.roleArn);
        stream.destination = destination;
        stream.version++;
        stream.updated = clock.now();
        return {};
      },

      DeleteDeliveryStream(input, call) {
        const stream = find(call, input.DeliveryStreamName);
        if (stream.status === "CREATING") findActive(call, stream.name);
        stream.status = "DELETING";
        sources.get(stream)?.stop();
        stream.delivery?.stop();
        clock.at(clock.now() + transition, `firehose: ${stream.name} is deleted`, () => {
          if (store.of(call).get(stream.name) === stream) store.of(call).delete(stream.name);
        });
        return {};
      },

      ListDeliveryStreams(input, call) {
        const rest = [...store.of(call).values()]
          .filter(({ type }) => input.DeliveryStreamType === undefined || type === input.DeliveryStreamType)
          .map(({ name }) => name)
          .filter((name) => name > (input.ExclusiveStartDeliveryStreamName ?? ""))
          .sort();
        const page = rest.slice(0, input.Limit ?? 10);
        return { DeliveryStreamNames: page, HasMoreDeliveryStreams: page.length < rest.length };
      },

      PutRecord(input, call) {
        const stream = findDirect(call, input.DeliveryStreamName);
        const [placed] = put(stream, [{ Data: input.Record?.Data }]);
        return { RecordId: placed?.RecordId, Encrypted: false };
      },

      PutRecordBatch(input, call) {
        const stream = findDirect(call, input.DeliveryStreamName);
        const records = input.Records ?? [];
        const bytes = records.reduce((sum, { Data }) => sum + (Data?.length ?? 0), 0);
        if (bytes > maxBatchBytes) {
          throw new Fault("InvalidArgumentException", `Records size exceeds 4 MB limit: ${bytes} bytes.`);
        }
        return { FailedPutCount: 0, Encrypted: false, RequestResponses: put(stream, records) };
      },

      TagDeliveryStream(input, call) {
        const { tags } = find(call, input.DeliveryStreamName);
        addTags(
          tags,
          (input.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]),
          (limit) => new Fault("LimitExceededException", `A delivery stream has ${limit} tags at most.`),
        );
        return {};
      },
      UntagDeliveryStream(input, call) {
        const { tags } = find(call, input.DeliveryStreamName);
        for (const key of input.TagKeys ?? []) tags.delete(key);
        return {};
      },
      ListTagsForDeliveryStream(input, call) {
        const rest = [...find(call, input.DeliveryStreamName).tags]
          .map(([Key, Value]) => ({ Key, Value }))
          .filter(({ Key }) => Key > (input.ExclusiveStartTagKey ?? ""))
          .sort((a, b) => (a.Key < b.Key ? -1 : 1));
        const page = rest.slice(0, input.Limit ?? 50);
        return { Tags: page, HasMoreTags: page.length < rest.length };
      },
    } satisfies Handlers<Clients["firehose"]>,
  });
}
