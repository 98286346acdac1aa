import { arnIn } from "../../aws/arn";
import { onAny } from "../../host/permission";
import type { Permissions } from "../../host/service";
import type { Clients } from "../../model/clients";
import { topicArnOf } from "./state/topic";

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

/** Actions and resources as the Service Authorization Reference lists them. */
export const permissions = {
  CreateTopic: ({ Name = "" }, call) => [{ action: "sns:CreateTopic", resource: arnIn(call, "sns", Name) }],
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
  ListSubscriptionsByTopic: onTopic("ListSubscriptionsByTopic"),
  Publish: ({ TopicArn, TargetArn }) => [{ action: "sns:Publish", resource: TopicArn ?? TargetArn ?? "*" }],
  TagResource: onResource("TagResource"),
  UntagResource: onResource("UntagResource"),
  ListTagsForResource: onResource("ListTagsForResource"),
  ListTopics: onAny("sns:ListTopics"),
} satisfies Partial<Permissions<Clients["sns"]>>;
