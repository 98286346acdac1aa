import type { PublishBatchRequestEntry } from "@aws-sdk/client-sns";
import { Fault, notImplemented } from "../../../aws/fault";
import { throwKmsFault } from "../../../aws/kms-fault";
import { forwardCaller } from "../../../host/forward";
import { emitMetric } from "../../../host/metric";
import type { Caller, Handlers, Host } from "../../../host/service";
import { createUuid } from "../../../host/uuid";
import type { Clients } from "../../../model/clients";
import type { Delivery } from "../delivery/delivery";
import { type Message, readMessage, sizeLimit, sizeOf } from "../delivery/message";
import { findTopic, invalidParameter, metricSource, type SnsState, type Topic } from "../state/topic";

/** Publishes one message, or a batch. */
export function publishHandlers(host: Host, stateOf: (call: Caller) => SnsState, delivery: Delivery) {
  const send = async (topic: Topic, message: Message) => {
    emitMetric(host, metricSource(topic), "NumberOfMessagesPublished");
    const bytes = Buffer.byteLength(message.text.default ?? "");
    emitMetric(host, metricSource(topic), "PublishSize", bytes, "Bytes");
    for (const subscription of topic.subscriptions.values()) {
      if (subscription.confirmed) delivery.deliver(topic, subscription, message);
    }
  };

  const createEnvelope = (topic: Topic) => ({
    id: createUuid(host),
    topicArn: topic.arn,
    published: new Date(host.clock.now()),
  });

  return {
    async Publish(input, call) {
      if (input.PhoneNumber !== undefined) throw notImplemented("sns:Publish with PhoneNumber");
      // The account has no mobile endpoints.
      if (input.TargetArn?.split(":")[5]?.startsWith("endpoint/")) {
        throw invalidParameter("TargetArn Reason: No endpoint found for the target arn specified");
      }
      const topic = findTopic(call, stateOf(call), input.TopicArn ?? input.TargetArn);
      const message = readMessage(input, createEnvelope(topic));
      await checkKey(host, call, topic);
      await send(topic, message);
      return { MessageId: message.id };
    },

    async PublishBatch({ TopicArn, PublishBatchRequestEntries: entries = [] }, call) {
      const topic = findTopic(call, stateOf(call), TopicArn);
      checkBatch(entries.map(({ Id = "" }) => Id));
      checkBatchSize(entries);
      await checkKey(host, call, topic);
      // One wrong message refuses the whole batch (recorded: localstack's snapshot test_publish_batch_exceptions).
      const messages = entries.map(({ Id, ...entry }) => ({ Id, message: readMessage(entry, createEnvelope(topic)) }));
      for (const { message } of messages) await send(topic, message);
      return { Successful: messages.map(({ Id, message }) => ({ Id, MessageId: message.id })), Failed: [] };
    },
  } satisfies Handlers<Clients["sns"]>;
}

/** Publishing to an encrypted topic needs `kms:GenerateDataKey` and `kms:Decrypt` for its key. */
async function checkKey(host: Host, caller: Caller, { kmsKeyId, arn }: Topic): Promise<void> {
  if (kmsKeyId === "") return;
  const context = { "aws:sns:topicArn": arn };
  const through = forwardCaller(caller, "sns");
  try {
    const { CiphertextBlob } = await host.call(through, "kms", "GenerateDataKey", {
      KeyId: kmsKeyId,
      KeySpec: "AES_256",
      EncryptionContext: context,
    });
    await host.call(through, "kms", "Decrypt", { CiphertextBlob, EncryptionContext: context });
  } catch (cause) {
    throwKmsFault(cause);
  }
}

function checkBatch(ids: readonly string[]): void {
  if (ids.length === 0) throw new Fault("EmptyBatchRequestException", "The batch request doesn't contain any entries.");
  if (ids.length > 10) {
    throw new Fault(
      "TooManyEntriesInBatchRequestException",
      "The batch request contains more entries than permissible.",
    );
  }
  if (new Set(ids).size < ids.length) {
    throw new Fault("BatchEntryIdsNotDistinctException", "Two or more batch entries in the request have the same Id.");
  }
  for (const id of ids) {
    if (id.length > 80) throw invalidId(`is too long: ${id}`);
    if (!/^[A-Za-z0-9_-]*$/.test(id)) throw invalidId(`contains an impermissible character: ${id}`);
  }
}

const invalidId = (problem: string) =>
  new Fault("InvalidBatchEntryIdException", `The Id of a batch entry in the batch request ${problem}`);

/** The limit of a message holds for the messages of a batch together (API reference, PublishBatch). */
function checkBatchSize(entries: readonly PublishBatchRequestEntry[]): void {
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) <= sizeLimit) return;
  throw new Fault(
    "BatchRequestTooLongException",
    "The length of all the messages put together is more than the limit.",
  );
}
