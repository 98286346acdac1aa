import type { Clients } from "../../endpoint/clients";
import { Fault, notImplemented } from "../../endpoint/fault";
import { page } from "../../endpoint/page";
import type { Caller, Handlers } from "../../endpoint/service";
import { parsePolicy } from "../iam/documents";
import { attributesOf, setAttribute } from "./attributes";
import { defaultPolicy, invalidParameter, notFound, type SnsState, type Topic } from "./topic";

const tagLimit = 50;

/** The topic of an ARN, in the account and Region of the caller. */
export function topicOf(state: SnsState, arn: string | undefined): Topic {
  if (!/^arn:aws:sns:[^:]+:\d{12}:[^:]+$/.test(arn ?? "")) throw invalidParameter("TopicArn");
  const topic = state.topics.get(arn ?? "");
  if (!topic) throw notFound("Topic");
  return topic;
}

/** Topics, their attributes and tags. */
export function topicHandlers(stateOf: (call: Caller) => SnsState) {
  return {
    CreateTopic({ Name: name = "", Attributes = {}, Tags = [], DataProtectionPolicy }, call) {
      if (DataProtectionPolicy !== undefined) throw notImplemented("sns:CreateTopic DataProtectionPolicy");
      if (name.endsWith(".fifo")) throw notImplemented("sns FifoTopic");
      if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw invalidParameter("Topic Name");
      const { topics } = stateOf(call);
      const arn = `arn:aws:sns:${call.region}:${call.account}:${name}`;
      const wanted = newTopic(call, arn, name);
      for (const [attribute, value] of Object.entries(Attributes)) setAttribute(wanted, attribute, value);
      wanted.tags = addTags(wanted.tags, Tags);
      const existing = topics.get(arn);
      if (!existing) topics.set(arn, wanted);
      else refuseOtherwise(existing, wanted, Object.keys(Attributes), Tags.length > 0);
      return { TopicArn: arn };
    },

    DeleteTopic({ TopicArn }, call) {
      // Deleting is idempotent: a topic that was deleted already is no error.
      stateOf(call).topics.delete(TopicArn ?? "");
      return {};
    },

    ListTopics({ NextToken }, call) {
      const { items, next } = page(stateOf(call).topics.keys(), (arn) => arn, { token: NextToken, limit: 100 });
      return { Topics: items.map((TopicArn) => ({ TopicArn })), NextToken: next };
    },

    GetTopicAttributes: ({ TopicArn }, call) => ({ Attributes: attributesOf(topicOf(stateOf(call), TopicArn)) }),

    SetTopicAttributes({ TopicArn, AttributeName = "", AttributeValue }, call) {
      setAttribute(topicOf(stateOf(call), TopicArn), AttributeName, AttributeValue);
      return {};
    },

    TagResource({ ResourceArn, Tags = [] }, call) {
      const topic = tagged(stateOf(call), ResourceArn);
      topic.tags = addTags(topic.tags, Tags);
      return {};
    },
    UntagResource({ ResourceArn, TagKeys = [] }, call) {
      const topic = tagged(stateOf(call), ResourceArn);
      for (const key of TagKeys) topic.tags.delete(key);
      return {};
    },
    ListTagsForResource({ ResourceArn }, call) {
      const { tags } = tagged(stateOf(call), ResourceArn);
      return { Tags: Array.from(tags, ([Key, Value]) => ({ Key, Value })) };
    },
  } satisfies Handlers<Clients["sns"]>;
}

function newTopic({ account, region }: Caller, arn: string, name: string): Topic {
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
    deleted: 0,
    tags: new Map(),
  };
}

/** CreateTopic answers the topic that exists only if it is as the request says, which may leave out some of its tags. */
function refuseOtherwise(existing: Topic, wanted: Topic, attributes: readonly string[], withTags: boolean): void {
  const [before, after] = [attributesOf(existing), attributesOf(wanted)];
  if (attributes.some((name) => before[name] !== after[name])) {
    throw invalidParameter("Attributes Reason: Topic already exists with different attributes");
  }
  if (withTags && [...wanted.tags].some(([key, value]) => existing.tags.get(key) !== value)) {
    throw invalidParameter("Tags Reason: Topic already exists with different tags");
  }
}

function tagged(state: SnsState, arn: string | undefined): Topic {
  const topic = state.topics.get(arn ?? "");
  if (!topic) throw new Fault("ResourceNotFoundException", "Resource does not exist");
  return topic;
}

function addTags(
  tags: ReadonlyMap<string, string>,
  added: readonly { Key: string | undefined; Value: string | undefined }[],
): Map<string, string> {
  const result = new Map([...tags, ...added.map(({ Key = "", Value = "" }): [string, string] => [Key, Value])]);
  if (result.size > tagLimit)
    throw new Fault("TagLimitExceededException", "Could not complete request: tag quota of per resource exceeded");
  return result;
}
