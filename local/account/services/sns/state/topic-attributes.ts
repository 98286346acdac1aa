import { notImplemented } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";
import { parsePolicy } from "../../../languages/policy/documents";
import { defaultPolicy, invalidParameter, type Topic } from "./topic";

/**
 * Sets one attribute of a topic. Refuses unknown names as SNS does; attributes that are not
 * implemented return 501.
 */
export function setAttribute(topic: Topic, name: string, value = ""): void {
  switch (name) {
    case "DisplayName":
      if (value.length > 100) throw invalidParameter("Display name too long");
      topic.displayName = value;
      return;
    case "Policy": {
      const text = value === "" ? defaultPolicy(topic.arn, topic.account) : value;
      const document = parsePolicy(text, "resource", (problem) => invalidParameter(`Policy Error: ${problem}`));
      topic.policy = { text, document };
      return;
    }
    case "KmsMasterKeyId":
      topic.kmsKeyId = value;
      return;
    case "SignatureVersion":
      if (value !== "1" && value !== "2") throw invalidParameter("SignatureVersion");
      topic.signatureVersion = value;
      return;
    case "TracingConfig":
      if (value === "Active") throw notImplemented("sns: the topic attribute TracingConfig Active");
      if (value !== "PassThrough") throw invalidParameter("TracingConfig");
      topic.tracing = value;
      return;
    case "FifoTopic":
      // A topic has it from the start (recorded: test_topic_get_attributes_with_fifo_false).
      throw invalidParameter("AttributeName");
    default:
      setUnused(topic, name, value);
  }
}

/**
 * Sets an attribute that the account does not act upon: to its default, as Terraform's provider
 * does for each topic.
 */
function setUnused(topic: Topic, name: string, value: string): void {
  const initial = ownValue(unused, name);
  if (initial === undefined) throw invalidParameter(`AttributeName: ${name}`);
  if (value !== initial) throw notImplemented(`sns: the topic attribute ${name} other than "${initial}"`);
  // A rate that was set is returned, also 0; a removed role or policy is not.
  if (value !== "") topic.unused.set(name, value);
}

const protocols = ["Application", "Firehose", "HTTP", "Lambda", "SQS"];
const forEachProtocol = (ending: string, value: string) =>
  Object.fromEntries(protocols.map((protocol) => [`${protocol}${ending}`, value]));

/**
 * The attributes that the account does not act upon, with their defaults (API reference of
 * SetTopicAttributes).
 */
const unused: Readonly<Record<string, string>> = {
  ...forEachProtocol("SuccessFeedbackSampleRate", "0"),
  ...forEachProtocol("SuccessFeedbackRoleArn", ""),
  ...forEachProtocol("FailureFeedbackRoleArn", ""),
  DeliveryPolicy: "",
  ArchivePolicy: "",
  ContentBasedDeduplication: "false",
  FifoThroughputScope: "",
  DataProtectionPolicy: "",
};

/** The default retries for HTTP endpoints; returned although the account has no HTTP endpoints. */
const effectiveDelivery = JSON.stringify({
  http: {
    defaultHealthyRetryPolicy: {
      minDelayTarget: 20,
      maxDelayTarget: 20,
      numRetries: 3,
      numMaxDelayRetries: 0,
      numNoDelayRetries: 0,
      numMinDelayRetries: 0,
      backoffFunction: "linear",
    },
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: "text/plain; charset=UTF-8" },
  },
});

/** All attributes of a topic, as texts. */
export function attributesOf(topic: Topic): Record<string, string> {
  const subscriptions = [...topic.subscriptions.values()];
  const confirmed = subscriptions.filter((subscription) => subscription.confirmed).length;
  return {
    TopicArn: topic.arn,
    Owner: topic.account,
    DisplayName: topic.displayName,
    Policy: topic.policy.text,
    EffectiveDeliveryPolicy: effectiveDelivery,
    SubscriptionsConfirmed: String(confirmed),
    SubscriptionsPending: String(subscriptions.length - confirmed),
    SubscriptionsDeleted: String(topic.deleted),
    ...(topic.kmsKeyId === "" ? {} : { KmsMasterKeyId: topic.kmsKeyId }),
    ...(topic.signatureVersion === "" ? {} : { SignatureVersion: topic.signatureVersion }),
    ...(topic.tracing === "" ? {} : { TracingConfig: topic.tracing }),
    ...Object.fromEntries(topic.unused),
  };
}
