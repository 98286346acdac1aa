import type { Clients } from "../../../endpoint/clients";
import { Fault, notImplemented } from "../../../endpoint/fault";
import { forwardCaller } from "../../../endpoint/forward";
import { emitMetric } from "../../../endpoint/metric";
import type { Caller, Handlers, Host } from "../../../endpoint/service";
import { createUuid } from "../../../endpoint/uuid";
import type { Delivery } from "../delivery/delivery";
import { type Message, readMessage } from "../delivery/message";
import { findTopic, invalidParameter, metricSource, type SnsState, type Topic } from "../state/topic";

/** SNS's errors for those of KMS. */
const kmsFaults: Readonly<Record<string, string>> = {
  AccessDenied: "KMSAccessDeniedException",
  DisabledException: "KMSDisabledException",
  KMSInvalidStateException: "KMSInvalidStateException",
  NotFoundException: "KMSNotFoundException",
};

/** Publishes one message, or a batch. */
export function publishHandlers(host: Host, stateOf: (call: Caller) => SnsState, delivery: Delivery) {
  const send = (topic: Topic, message: Message) => {
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
      const topic = findTopic(stateOf(call), input.TopicArn ?? input.TargetArn);
      const message = readMessage(input, createEnvelope(topic));
      await checkKey(host, call, topic);
      send(topic, message);
      return { MessageId: message.id };
    },

    async PublishBatch({ TopicArn, PublishBatchRequestEntries: entries = [] }, call) {
      const topic = findTopic(stateOf(call), TopicArn);
      checkBatch(entries.map(({ Id = "" }) => Id));
      await checkKey(host, call, topic);
      const Successful = [];
      const Failed = [];
      for (const { Id, ...entry } of entries) {
        try {
          const message = readMessage(entry, createEnvelope(topic));
          send(topic, message);
          Successful.push({ Id, MessageId: message.id });
        } catch (error) {
          if (!(error instanceof Fault) || error.status === 501) throw error;
          Failed.push({ Id, Code: error.code.replace(/Exception$/, ""), Message: error.message, SenderFault: true });
        }
      }
      return { Successful, Failed };
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
    const code = cause instanceof Fault ? kmsFaults[cause.code] : undefined;
    throw code ? new Fault(code, (cause as Fault).message) : cause;
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
  if (ids.some((id) => !/^[A-Za-z0-9_-]{1,80}$/.test(id))) throw invalidParameter("Id");
}
