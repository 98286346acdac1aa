import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../platform/foundation";
import { allowService, createPolicy } from "../support/policy";

export interface NotificationsArgs {
  foundation: Foundation;
  /** Receivers; each address must confirm its subscription by e-mail. */
  notificationEmails: readonly string[];
}

/**
 * The topic that alarms, failed executions and the retraining publish to.
 * @example
 * ```ts
 * import type { Foundation } from "../platform/foundation";
 * import { Notifications } from "./notifications";
 *
 * export const createTopic = (foundation: Foundation) =>
 *   new Notifications("alarms", { foundation, notificationEmails: ["team@example.org"] }).topicArn;
 * ```
 */
export class Notifications extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;

  constructor(
    name: string,
    { foundation, notificationEmails }: NotificationsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("recommender:observability:Notifications", name, {}, opts);
    const topic = new sns.Topic(
      `${name}-topic`,
      { name: foundation.name("notifications"), kmsMasterKeyId: foundation.key.arn, tags: foundation.tags },
      { parent: this },
    );
    new sns.TopicPolicy(
      `${name}-topic-policy`,
      {
        arn: topic.arn,
        policy: createPolicy([
          // EventBridge sends no condition keys to SNS (EventBridge guide, "Amazon SNS
          // permissions").
          { Sid: "Rules", ...allowService("events.amazonaws.com", ["sns:Publish"], topic.arn) },
          {
            Sid: "Alarms",
            ...allowService(
              "cloudwatch.amazonaws.com",
              ["sns:Publish"],
              topic.arn,
              foundation.forSource("cloudwatch", "alarm:*"),
            ),
          },
        ]),
      },
      { parent: this },
    );
    for (const email of notificationEmails) {
      new sns.TopicSubscription(
        `${name}-${email}`,
        { topic: topic.arn, protocol: "email", endpoint: email },
        { parent: this },
      );
    }
    if (notificationEmails.length === 0) {
      void pulumi.log.warn("Alarms notify no one: set recommender:notificationEmails.", this);
    }
    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}
