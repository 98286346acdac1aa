import type { Clients } from "../../endpoint/clients";
import { onAny } from "../../endpoint/permission";
import type { Caller, Host, Permissions, Service } from "../../endpoint/service";
import { defineService } from "../../endpoint/service";
import { createDelivery } from "./delivery";
import { publishHandlers } from "./publish";
import { subscriptionHandlers, topicArnOf } from "./subscriptions";
import type { Mail, SnsState, Topic } from "./topic";
import { topicHandlers } from "./topics";

/** SNS with mailboxes to look into. */
export interface Sns extends Service<"sns"> {
  /** The mails of an account and Region, oldest first: messages and confirmation requests. */
  outbox(place: Pick<Caller, "account" | "region">): readonly Mail[];
}

/** Mails that are kept per account and Region. */
const outboxLimit = 1000;

/** SNS: topics with e-mail and Lambda subscriptions. Other protocols, filters, FIFO topics and archives answer 501. */
export function sns(host: Host): Sns {
  const states = host.store((): SnsState => ({ topics: new Map(), outbox: [] }));
  const send = (topic: Topic, mail: Mail) => {
    const { outbox } = states.of(topic);
    outbox.push(mail);
    if (outbox.length > outboxLimit) outbox.shift();
  };
  const service = defineService({
    name: "sns",
    iamPrefix: "sns",
    validationError: "ValidationError",
    handlers: {
      ...topicHandlers(states.of),
      ...subscriptionHandlers(host, states.of, send),
      ...publishHandlers(host, states.of, createDelivery(host, send)),
    },
    permissions,
    resourcePolicy: (arn) => {
      const [, , , region = "", account = ""] = arn.split(":");
      return states.of({ account, region }).topics.get(topicArnOf(arn))?.policy.document;
    },
  });
  return { ...service, outbox: (place) => states.of(place).outbox };
}

interface OnTopic {
  TopicArn?: string | undefined;
}

const onTopic = (operation: string) => (input: OnTopic) => [
  { action: `sns:${operation}`, resource: input.TopicArn ?? "*" },
];
const onSubscription = (operation: string) => (input: { SubscriptionArn?: string | undefined }) => [
  { action: `sns:${operation}`, resource: topicArnOf(input.SubscriptionArn) },
];
const onResource = (operation: string) => (input: { ResourceArn?: string | undefined }) => [
  { action: `sns:${operation}`, resource: input.ResourceArn ?? "*" },
];

/** Actions and resources as the Service Authorization Reference lists them; a batch needs the single action. */
const permissions = {
  CreateTopic: ({ Name }, { account, region }) => [
    { action: "sns:CreateTopic", resource: `arn:aws:sns:${region}:${account}:${Name ?? ""}` },
  ],
  DeleteTopic: onTopic("DeleteTopic"),
  GetTopicAttributes: onTopic("GetTopicAttributes"),
  SetTopicAttributes: onTopic("SetTopicAttributes"),
  Subscribe: ({ TopicArn, Protocol, Endpoint }) => [
    {
      action: "sns:Subscribe",
      resource: TopicArn ?? "*",
      context: {
        ...(Protocol === undefined ? {} : { "sns:Protocol": Protocol }),
        ...(Endpoint === undefined ? {} : { "sns:Endpoint": Endpoint }),
      },
    },
  ],
  // Callers with the token may confirm: only the owner of the mailbox receives it.
  ConfirmSubscription: () => [],
  Unsubscribe: onSubscription("Unsubscribe"),
  GetSubscriptionAttributes: onSubscription("GetSubscriptionAttributes"),
  SetSubscriptionAttributes: onSubscription("SetSubscriptionAttributes"),
  ListSubscriptionsByTopic: onTopic("ListSubscriptionsByTopic"),
  Publish: ({ TopicArn, TargetArn }) => [{ action: "sns:Publish", resource: TopicArn ?? TargetArn ?? "*" }],
  PublishBatch: onTopic("Publish"),
  TagResource: onResource("TagResource"),
  UntagResource: onResource("UntagResource"),
  ListTagsForResource: onResource("ListTagsForResource"),
  ListTopics: onAny("sns:ListTopics"),
  ListSubscriptions: onAny("sns:ListSubscriptions"),
} satisfies Partial<Permissions<Clients["sns"]>>;
