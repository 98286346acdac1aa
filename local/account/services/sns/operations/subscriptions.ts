import { rootArn } from "../../../aws/arn";
import { notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Caller, Handlers, Host } from "../../../host/service";
import { createUuid } from "../../../host/uuid";
import type { Clients } from "../../../model/clients";
import {
  checkArn,
  checkTopicArn,
  findTopic,
  invalidParameter,
  type Mail,
  notFound,
  type SnsState,
  type Subscription,
  type Topic,
  topicArnOf,
} from "../state/topic";

/**
 * A confirmation token is valid for three days; subscriptions that were not confirmed are then
 * deleted.
 */
const confirmationDays = 3;
const pending = "PendingConfirmation";

type SendMail = (topic: Topic, mail: Mail) => void;

/** Creates, confirms, lists and deletes subscriptions: by e-mail and to functions. */
export function subscriptionHandlers(host: Host, stateOf: (call: Caller) => SnsState, sendMail: SendMail) {
  const requestConfirmation = (topic: Topic, subscription: Subscription) => {
    const { arn } = subscription;
    const now = host.clock.now();
    sendMail(topic, confirmationMail(host.origin, now, topic, subscription));
    const expires = now + confirmationDays * 86_400_000;
    host.clock.at(expires, `end of the confirmation of ${arn}`, () => {
      if (topic.subscriptions.get(arn)?.confirmed === false) topic.subscriptions.delete(arn);
    });
  };
  return {
    Subscribe(input, call) {
      const topic = findTopic(call, stateOf(call), input.TopicArn);
      const { Protocol: protocol = "", Endpoint: endpoint = "", ReturnSubscriptionArn = false } = input;
      for (const [name, value] of Object.entries(input.Attributes ?? {})) checkAttribute(name, value);
      checkEndpoint(protocol, endpoint);
      const known = [...topic.subscriptions.values()].find((s) => s.protocol === protocol && s.endpoint === endpoint);
      const subscription =
        known ?? createSubscription(host, call, topic, protocol as Subscription["protocol"], endpoint);
      topic.subscriptions.set(subscription.arn, subscription);
      if (!subscription.confirmed) requestConfirmation(topic, subscription);
      const isShown = subscription.confirmed || ReturnSubscriptionArn;
      return { SubscriptionArn: isShown ? subscription.arn : "pending confirmation" };
    },

    ConfirmSubscription({ TopicArn, Token, AuthenticateOnUnsubscribe }, call) {
      if (AuthenticateOnUnsubscribe === "true") {
        throw notImplemented("sns:ConfirmSubscription with AuthenticateOnUnsubscribe");
      }
      checkTopicArn(call, TopicArn);
      // A topic that does not exist has no such token (recorded:
      // test_sns_confirm_subscription_wrong_token).
      const subscriptions =
        stateOf(call)
          .topics.get(TopicArn ?? "")
          ?.subscriptions.values() ?? [];
      const subscription = [...subscriptions].find(({ token }) => token !== undefined && token === Token);
      if (!subscription) throw invalidParameter("Token");
      subscription.confirmed = true;
      return { SubscriptionArn: subscription.arn };
    },

    Unsubscribe({ SubscriptionArn }, call) {
      const { arn, topicArn } = findSubscription(stateOf(call), SubscriptionArn);
      const topic = findTopic(call, stateOf(call), topicArn);
      topic.subscriptions.delete(arn);
      topic.deleted++;
      return {};
    },

    GetSubscriptionAttributes({ SubscriptionArn }, call) {
      const { arn, topicArn, protocol, endpoint, owner, confirmed } = findSubscription(stateOf(call), SubscriptionArn);
      return {
        Attributes: {
          SubscriptionArn: arn,
          TopicArn: topicArn,
          Protocol: protocol,
          Endpoint: endpoint,
          Owner: owner,
          PendingConfirmation: String(!confirmed),
          ConfirmationWasAuthenticated: String(protocol === "lambda"),
          RawMessageDelivery: "false",
          SubscriptionPrincipal: rootArn(owner),
        },
      };
    },

    ListSubscriptionsByTopic({ TopicArn, NextToken }, call) {
      const { subscriptions } = findTopic(call, stateOf(call), TopicArn);
      const { items, next } = page(subscriptions.values(), ({ arn }) => arn, { token: NextToken, limit: 100 });
      return { Subscriptions: items.map(describe), NextToken: next };
    },
  } satisfies Handlers<Clients["sns"]>;
}

/** The mail with the link that confirms a subscription. */
function confirmationMail(origin: string, now: number, topic: Topic, { endpoint, token = "" }: Subscription): Mail {
  const query = new URLSearchParams({ Action: "ConfirmSubscription", TopicArn: topic.arn, Token: token });
  const link = `${origin}/?${query}`;
  return {
    time: new Date(now).toISOString(),
    to: endpoint,
    subject: "AWS Notification - Subscription Confirmation",
    body: `You have chosen to subscribe to the topic:\n${topic.arn}\n\nTo confirm this subscription, click or visit the link below (If this was in error no action is necessary):\n${link}\n`,
    topicArn: topic.arn,
    confirmation: { token, link },
  };
}

function findSubscription(state: SnsState, arn = ""): Subscription {
  // Recorded: test_unsubscribe_wrong_arn_format.
  if (arn === "") throw invalidParameter("SubscriptionArn Reason: no value for required parameter");
  checkArn(arn, "SubscriptionArn");
  if (!/^arn:aws:sns:[^:]+:\d{12}:[^:]+:[^:]+$/.test(arn)) throw invalidParameter("SubscriptionId");
  const subscription = state.topics.get(topicArnOf(arn))?.subscriptions.get(arn);
  if (!subscription) throw notFound("Subscription");
  return subscription;
}

const describe = ({ arn, topicArn, protocol, endpoint, owner, confirmed }: Subscription) => ({
  SubscriptionArn: confirmed ? arn : pending,
  TopicArn: topicArn,
  Protocol: protocol,
  Endpoint: endpoint,
  Owner: owner,
});

function createSubscription(
  host: Host,
  call: Caller,
  topic: Topic,
  protocol: Subscription["protocol"],
  endpoint: string,
): Subscription {
  const id = createUuid(host);
  // A function is confirmed by the call; a mailbox is confirmed by the token.
  const byMail = protocol === "email";
  return {
    arn: `${topic.arn}:${id}`,
    topicArn: topic.arn,
    protocol,
    endpoint,
    owner: call.account,
    token: byMail ? host.randomBytes(64).toString("hex") : undefined,
    confirmed: !byMail,
  };
}

function checkEndpoint(protocol: string, endpoint: string): void {
  if (protocol === "email") {
    if (!isAddress(endpoint)) throw invalidParameter("Email address");
  } else if (protocol === "lambda") {
    if (!/^arn:aws:lambda:[^:]+:\d{12}:function:.+$/.test(endpoint)) throw invalidParameter("Lambda endpoint ARN");
  } else if (["http", "https", "email-json", "sms", "sqs", "application", "firehose"].includes(protocol)) {
    throw notImplemented(`sns:Subscribe with Protocol ${protocol}`);
  } else {
    throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
  }
}

/**
 * The one setting that changes nothing is accepted; filters, dead-letter queues and raw delivery
 * return 501.
 */
function checkAttribute(name: string, value: string | undefined): void {
  if (name === "RawMessageDelivery" && value === "false") return;
  if (
    [
      "RawMessageDelivery",
      "FilterPolicy",
      "FilterPolicyScope",
      "RedrivePolicy",
      "DeliveryPolicy",
      "SubscriptionRoleArn",
      "ReplayPolicy",
    ].includes(name)
  ) {
    throw notImplemented(`sns: the subscription attribute ${name}`);
  }
  throw invalidParameter("AttributeName");
}

/** One `@` between a name and a domain with a dot inside. */
function isAddress(text: string): boolean {
  const [name = "", domain = "", ...others] = text.split("@");
  const dot = domain.indexOf(".", 1);
  return name !== "" && dot !== -1 && dot < domain.length - 1 && others.length === 0 && !/\s/.test(text);
}
