import { notImplemented } from "../../../aws/fault";
import { throwKmsFault } from "../../../aws/kms-fault";
import { forwardCaller } from "../../../host/forward";
import { emitMetric } from "../../../host/metric";
import type { Caller, Handlers, Host } from "../../../host/service";
import { createUuid } from "../../../host/uuid";
import type { Clients } from "../../../model/clients";
import type { Delivery } from "../delivery/delivery";
import { type Message, readMessage } from "../delivery/message";
import { findTopic, invalidParameter, metricSource, type SnsState, type Topic } from "../state/topic";

/** Publishes a message. */
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
