import type { Clients } from "../../endpoint/clients";
import { notImplemented } from "../../endpoint/fault";
import { page } from "../../endpoint/page";
import type { Caller, Handlers, Host } from "../../endpoint/service";
import { newUuid } from "../../endpoint/uuid";
import { invalidParameter, type Mail, notFound, type SnsState, type Subscription, type Topic } from "./topic";
import { topicOf } from "./topics";

/** A confirmation token is valid for three days; subscriptions that were not confirmed are then deleted. */
const confirmationDays = 3;
const pending = "PendingConfirmation";

/** The ARN of the topic that a subscription's ARN begins with. */
export const topicArnOf = (subscriptionArn = "") => subscriptionArn.split(":").slice(0, 6).join(":");

/** Subscriptions by e-mail and to functions. */
export function subscriptionHandlers(
  host: Host,
  stateOf: (call: Caller) => SnsState,
  send: (topic: Topic, mail: Mail) => void,
) {
  const find = (call: Caller, arn = ""): Subscription => {
    if (!/^arn:aws:sns:[^:]+:\d{12}:[^:]+:[^:]+$/.test(arn)) throw invalidParameter("SubscriptionArn");
    const subscription = stateOf(call).topics.get(topicArnOf(arn))?.subscriptions.get(arn);
    if (!subscription) throw notFound("Subscription");
    return subscription;
  };

  const askToConfirm = (topic: Topic, { arn, endpoint, token = "" }: Subscription) => {
    const query = new URLSearchParams({ Action: "ConfirmSubscription", TopicArn: topic.arn, Token: token });
    const link = `${host.origin}/?${query}`;
    const now = host.clock.now();
    send(topic, {
      time: new Date(now).toISOString(),
      to: endpoint,
      subject: "AWS Notification - Subscription Confirmation",
      body: `You have chosen to subscribe to the topic:\n${topic.arn}\n\nTo confirm this subscription, click or visit the link below (If this was in error no action is necessary):\n${link}\n`,
      topicArn: topic.arn,
      confirmation: { token, link },
    });
    host.clock.at(now + confirmationDays * 86_400_000, `end of the confirmation of ${arn}`, () => {
      if (topic.subscriptions.get(arn)?.confirmed === false) topic.subscriptions.delete(arn);
    });
  };

  return {
    Subscribe(input, call) {
      const topic = topicOf(stateOf(call), input.TopicArn);
      const { Protocol: protocol = "", Endpoint: endpoint = "", ReturnSubscriptionArn = false } = input;
      for (const [name, value] of Object.entries(input.Attributes ?? {})) checkAttribute(name, value);
      checkEndpoint(protocol, endpoint);
      const known = [...topic.subscriptions.values()].find((s) => s.protocol === protocol && s.endpoint === endpoint);
      const subscription = known ?? newSubscription(host, call, topic, protocol as Subscription["protocol"], endpoint);
      topic.subscriptions.set(subscription.arn, subscription);
      if (!subscription.confirmed) askToConfirm(topic, subscription);
      const isShown = subscription.confirmed || ReturnSubscriptionArn;
      return { SubscriptionArn: isShown ? subscription.arn : "pending confirmation" };
    },

    ConfirmSubscription({ TopicArn, Token, AuthenticateOnUnsubscribe }, call) {
      if (AuthenticateOnUnsubscribe === "true")
        throw notImplemented("sns:ConfirmSubscription AuthenticateOnUnsubscribe");
      const topic = topicOf(stateOf(call), TopicArn);
      const subscription = [...topic.subscriptions.values()].find(
        ({ token }) => token !== undefined && token === Token,
      );
      if (!subscription) throw invalidParameter("Token");
      subscription.confirmed = true;
      return { SubscriptionArn: subscription.arn };
    },

    Unsubscribe({ SubscriptionArn }, call) {
      const { arn, topicArn } = find(call, SubscriptionArn);
      const topic = topicOf(stateOf(call), topicArn);
      topic.subscriptions.delete(arn);
      topic.deleted++;
      return {};
    },

    GetSubscriptionAttributes({ SubscriptionArn }, call) {
      const { arn, topicArn, protocol, endpoint, owner, confirmed } = find(call, SubscriptionArn);
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
          SubscriptionPrincipal: `arn:aws:iam::${owner}:root`,
        },
      };
    },

    SetSubscriptionAttributes({ SubscriptionArn, AttributeName = "", AttributeValue }, call) {
      find(call, SubscriptionArn);
      checkAttribute(AttributeName, AttributeValue);
      return {};
    },

    ListSubscriptions({ NextToken }, call) {
      const all = [...stateOf(call).topics.values()].flatMap(({ subscriptions }) => [...subscriptions.values()]);
      const { items, next } = page(all, ({ arn }) => arn, { token: NextToken, limit: 100 });
      return { Subscriptions: items.map(view), NextToken: next };
    },

    ListSubscriptionsByTopic({ TopicArn, NextToken }, call) {
      const { subscriptions } = topicOf(stateOf(call), TopicArn);
      const { items, next } = page(subscriptions.values(), ({ arn }) => arn, { token: NextToken, limit: 100 });
      return { Subscriptions: items.map(view), NextToken: next };
    },
  } satisfies Handlers<Clients["sns"]>;
}

const view = ({ arn, topicArn, protocol, endpoint, owner, confirmed }: Subscription) => ({
  SubscriptionArn: confirmed ? arn : pending,
  TopicArn: topicArn,
  Protocol: protocol,
  Endpoint: endpoint,
  Owner: owner,
});

function newSubscription(
  host: Host,
  call: Caller,
  topic: Topic,
  protocol: Subscription["protocol"],
  endpoint: string,
): Subscription {
  const id = newUuid(host);
  // A function is confirmed by its owner's own call; a mailbox is confirmed by the token.
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
    throw notImplemented(`sns protocol ${protocol}`);
  } else {
    throw invalidParameter("Does not support this protocol string: ".concat(protocol));
  }
}

/** The one setting that changes nothing is accepted; filters, dead-letter queues and raw delivery are not written. */
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
    throw notImplemented(`sns subscription attribute ${name}`);
  }
  throw invalidParameter("AttributeName");
}

/** One `@`, with a name before it and a domain with a dot inside behind it. */
function isAddress(text: string): boolean {
  const [name = "", domain = "", ...others] = text.split("@");
  const dot = domain.indexOf(".", 1);
  return name !== "" && dot !== -1 && dot < domain.length - 1 && others.length === 0 && !/\s/.test(text);
}
