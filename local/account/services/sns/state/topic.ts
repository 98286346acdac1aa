import { Fault } from "../../../aws/fault";
import type { MetricSource } from "../../../host/metric";
import type { PolicyDocument } from "../../../host/principal";
import type { Caller } from "../../../host/service";
import { parsePolicy } from "../../../languages/policy/documents";

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: "email" | "lambda";
  readonly endpoint: string;
  readonly owner: string;
  /** The token of the confirmation mail; absent when nothing needs to be confirmed. */
  readonly token: string | undefined;
  confirmed: boolean;
}

export interface Topic {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly subscriptions: Map<string, Subscription>;
  displayName: string;
  policy: { text: string; document: PolicyDocument };
  /** As it was given: id, ARN or alias; empty for none. */
  kmsKeyId: string;
  signatureVersion: string;
  tracing: string;
  /** Attributes that the account does not act upon, where they were set to their default. */
  readonly unused: Map<string, string>;
  deleted: number;
  readonly tags: Map<string, string>;
}

/** A message of the account to a mailbox: nothing is sent, the console shows it. */
export interface Mail {
  /** The clock's time, ISO 8601. */
  readonly time: string;
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  readonly topicArn: string;
  /** A link that confirms the subscription; only in the mail that asks for it. */
  readonly confirmation?: { readonly token: string; readonly link: string };
}

export interface SnsState {
  /** The topics by ARN. */
  readonly topics: Map<string, Topic>;
  readonly outbox: Mail[];
}

/** SNS's errors by the names of its model; on the wire the codes lack `Exception`. */
export const invalidParameter = (message: string) =>
  new Fault("InvalidParameterException", `Invalid parameter: ${message}`);
export const notFound = (what: string) => new Fault("NotFoundException", `${what} does not exist`);

/** The ARN of the topic in a subscription's ARN. */
export const topicArnOf = (subscriptionArn = "") => subscriptionArn.split(":").slice(0, 6).join(":");

/** Refuses a text that is not an ARN. `name` is the parameter's. */
export function checkArn(arn: string, name: string): void {
  const parts = arn.split(":").length;
  if (parts < 6) throw invalidParameter(`${name} Reason: An ARN must have at least 6 elements, not ${parts}`);
}

/**
 * Refuses an ARN that is not a topic's, or of a topic in another Region than the request's
 * (recorded).
 */
export function checkTopicArn({ region }: Caller, arn = ""): void {
  checkArn(arn, "TopicArn");
  const named = /^arn:aws:sns:([^:]+):\d{12}:[^:]+$/.exec(arn)?.[1];
  if (named !== region) throw invalidParameter("TopicArn");
}

/** The topic with an ARN, in the account and Region of the caller. */
export function findTopic(call: Caller, state: SnsState, arn: string | undefined): Topic {
  checkTopicArn(call, arn);
  const topic = state.topics.get(arn ?? "");
  if (!topic) throw notFound("Topic");
  return topic;
}

/** A topic without attributes. */
export function createTopic({ account, region }: Caller, arn: string, name: string): Topic {
  const text = defaultPolicy(arn, account);
  return {
    name,
    arn,
    account,
    region,
    subscriptions: new Map(),
    displayName: "",
    policy: { text, document: parsePolicy(text, "resource", invalidParameter) },
    kmsKeyId: "",
    signatureVersion: "",
    tracing: "",
    unused: new Map(),
    deleted: 0,
    tags: new Map(),
  };
}

/** Describes a topic as the subject of metrics. */
export const metricSource = ({ account, region, name }: Topic): MetricSource => ({
  account,
  region,
  namespace: "AWS/SNS",
  dimensions: { TopicName: name },
});

/**
 * The policy of a topic that was created without one: its owner may use it, and CloudWatch alarms
 * of the same account.
 */
export const defaultPolicy = (arn: string, account: string) =>
  JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": account } },
      },
    ],
  });
