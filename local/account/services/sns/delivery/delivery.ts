import { Fault } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";
import { emitMetric } from "../../../host/metric";
import type { Principal } from "../../../host/principal";
import type { Host } from "../../../host/service";
import { type Mail, metricSource, type Subscription, type Topic } from "../state/topic";
import type { Message } from "./message";

/**
 * Waits before attempt `n + 1` at an AWS endpoint: three at once, two a second apart, ten growing
 * to 20 s, then every 20 s until 23 days are over (developer guide, "Message delivery retries").
 */
export function retryDelay(attempt: number): number | undefined {
  if (attempt < 3) return 0;
  if (attempt < 5) return 1_000;
  if (attempt < 15) return Math.round(1_000 * 20 ** ((attempt - 5) / 9));
  return attempt < 100_015 ? 20_000 : undefined;
}

/** Errors that a retry does not fix: SNS discards the message at once. */
const isClientError = (error: unknown) =>
  error instanceof Fault &&
  error.status !== 500 &&
  !["TooManyRequestsException", "ServiceException", "ThrottlingException"].includes(error.code);

export interface Delivery {
  /** Sends a message to a confirmed subscription; returns at once. */
  deliver(topic: Topic, subscription: Subscription, message: Message): void;
}

/** A message on its way to a function. */
interface Attempt {
  readonly topic: Topic;
  readonly subscription: Subscription;
  readonly payload: Uint8Array;
  readonly attempt: number;
}

/** Delivers messages to the outbox and, as the service, to functions. */
export function createDelivery(host: Host, sendMail: (topic: Topic, mail: Mail) => void): Delivery {
  /**
   * One attempt. The clock starts the next one, so that waiting for running work does not wait for
   * it.
   */
  const invoke = async ({ topic, subscription, payload, attempt }: Attempt): Promise<void> => {
    const principal: Principal = {
      kind: "service",
      account: topic.account,
      arn: "sns.amazonaws.com",
      service: "sns.amazonaws.com",
      sourceArn: topic.arn,
    };
    try {
      await host.call({ account: topic.account, region: topic.region, principal }, "lambda", "Invoke", {
        FunctionName: subscription.endpoint,
        InvocationType: "Event",
        Payload: payload,
      });
      emitMetric(host, metricSource(topic), "NumberOfNotificationsDelivered");
    } catch (error) {
      const delay = isClientError(error) ? undefined : retryDelay(attempt);
      if (delay === undefined) {
        emitMetric(host, metricSource(topic), "NumberOfNotificationsFailed");
        return;
      }
      const next = { topic, subscription, payload, attempt: attempt + 1 };
      host.clock.at(host.clock.now() + delay, `retry of ${subscription.arn}`, () => invoke(next));
    }
  };

  return {
    deliver(topic, subscription, message) {
      if (subscription.protocol === "lambda") {
        const payload = new Uint8Array(Buffer.from(JSON.stringify(lambdaEvent(subscription, message))));
        host.clock.track(invoke({ topic, subscription, payload, attempt: 1 }));
        return;
      }
      sendMail(topic, {
        time: message.published.toISOString(),
        to: subscription.endpoint,
        subject: message.subject ?? "AWS Notification Message",
        body: textFor(message, "email"),
        topicArn: topic.arn,
      });
      emitMetric(host, metricSource(topic), "NumberOfNotificationsDelivered");
    },
  };
}

const textFor = ({ text }: Message, protocol: string) => ownValue(text, protocol) ?? text.default ?? "";

/**
 * Lambda developer guide, "Invoking Lambda functions with Amazon SNS notifications". The account
 * signs nothing.
 */
function lambdaEvent({ arn }: Subscription, message: Message) {
  return {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: arn,
        Sns: {
          Type: "Notification",
          MessageId: message.id,
          TopicArn: message.topicArn,
          Subject: message.subject ?? null,
          Message: textFor(message, "lambda"),
          Timestamp: message.published.toISOString(),
          SignatureVersion: "1",
          Signature: "",
          SigningCertUrl: "",
          UnsubscribeUrl: "",
          MessageAttributes: message.attributes,
        },
      },
    ],
  };
}
