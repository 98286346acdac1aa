import type { Clients } from "../../endpoint/clients";
import { Fault, notImplemented } from "../../endpoint/fault";
import { forwarded } from "../../endpoint/forward";
import type { Caller, Handlers, Host } from "../../endpoint/service";
import { newUuid } from "../../endpoint/uuid";
import type { Delivery } from "./delivery";
import { type Message, readMessage } from "./message";
import { invalidParameter, type SnsState, type Topic } from "./topic";
import { topicOf } from "./topics";

/** What KMS answers, in the words of SNS. */
const kmsFaults: Readonly<Record<string, string>> = {
  AccessDenied: "KMSAccessDeniedException",
  DisabledException: "KMSDisabledException",
  KMSInvalidStateException: "KMSInvalidStateException",
  NotFoundException: "KMSNotFoundException",
};

/** Publishing, one message or ten. */
export function publishHandlers(host: Host, stateOf: (call: Caller) => SnsState, delivery: Delivery) {
  const newId = () => newUuid(host);

  /** An encrypted topic asks for the publisher's rights on the key: `kms:GenerateDataKey` and `kms:Decrypt`. */
  const checkKey = async (caller: Caller, { kmsKeyId, arn }: Topic) => {
    if (kmsKeyId === "") return;
    const context = { "aws:sns:topicArn": arn };
    const through = forwarded(caller, "sns");
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
  };

  const count = (topic: Topic, name: string, value: number, unit: string) =>
    host.emit("metric", {
      account: topic.account,
      region: topic.region,
      namespace: "AWS/SNS",
      name,
      dimensions: { TopicName: topic.name },
      value,
      unit,
    });

  const send = (topic: Topic, message: Message) => {
    count(topic, "NumberOfMessagesPublished", 1, "Count");
    count(topic, "PublishSize", Buffer.byteLength(message.text.default ?? ""), "Bytes");
    for (const subscription of topic.subscriptions.values()) {
      if (subscription.confirmed) delivery.deliver(topic, subscription, message);
    }
  };

  const envelope = (topic: Topic) => ({ id: newId(), topicArn: topic.arn, published: new Date(host.clock.now()) });

  return {
    async Publish(input, call) {
      if (input.PhoneNumber !== undefined) throw notImplemented("sns:Publish PhoneNumber");
      const topic = topicOf(stateOf(call), input.TopicArn ?? input.TargetArn);
      const message = readMessage(input, envelope(topic));
      await checkKey(call, topic);
      send(topic, message);
      return { MessageId: message.id };
    },

    async PublishBatch({ TopicArn, PublishBatchRequestEntries: entries = [] }, call) {
      const topic = topicOf(stateOf(call), TopicArn);
      checkBatch(entries.map(({ Id = "" }) => Id));
      await checkKey(call, topic);
      const Successful = [];
      const Failed = [];
      for (const { Id, ...entry } of entries) {
        try {
          const message = readMessage(entry, envelope(topic));
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
