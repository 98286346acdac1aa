import { arnIn } from "../../../aws/arn";
import { notImplemented } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";
import { page } from "../../../host/page";
import type { Caller, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { checkTopicArn, createTopic, findTopic, invalidParameter, type SnsState, type Topic } from "../state/topic";
import { attributesOf, setAttribute } from "../state/topic-attributes";
import { putTags } from "./tags";

/** Creates, lists and deletes topics, and reads and changes their attributes. */
export function topicHandlers(stateOf: (call: Caller) => SnsState) {
  return {
    CreateTopic({ Name: name = "", Attributes = {}, Tags = [], DataProtectionPolicy }, call) {
      if (DataProtectionPolicy !== undefined) throw notImplemented("sns:CreateTopic with DataProtectionPolicy");
      const fifo = ownValue(Attributes, "FifoTopic") === "true";
      if (fifo !== name.endsWith(".fifo")) throw invalidParameter("Topic Name");
      if (fifo) throw notImplemented("sns:CreateTopic with FifoTopic");
      if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw invalidParameter("Topic Name");
      const { topics } = stateOf(call);
      const arn = arnIn(call, "sns", name);
      const wanted = createTopic(call, arn, name);
      for (const [attribute, value] of Object.entries(Attributes)) {
        if (attribute !== "FifoTopic") setAttribute(wanted, attribute, value);
      }
      putTags(wanted.tags, Tags);
      const existing = topics.get(arn);
      if (!existing) topics.set(arn, wanted);
      else refuseDifferent(existing, wanted, Object.keys(Attributes), Tags.length > 0);
      return { TopicArn: arn };
    },

    DeleteTopic({ TopicArn }, call) {
      checkTopicArn(call, TopicArn);
      // Deleting is idempotent: a topic that was deleted already is not an error.
      stateOf(call).topics.delete(TopicArn ?? "");
      return {};
    },

    ListTopics({ NextToken }, call) {
      const { items, next } = page(stateOf(call).topics.keys(), (arn) => arn, { token: NextToken, limit: 100 });
      return { Topics: items.map((TopicArn) => ({ TopicArn })), NextToken: next };
    },

    GetTopicAttributes: ({ TopicArn }, call) => ({
      Attributes: attributesOf(findTopic(call, stateOf(call), TopicArn)),
    }),

    SetTopicAttributes({ TopicArn, AttributeName = "", AttributeValue }, call) {
      setAttribute(findTopic(call, stateOf(call), TopicArn), AttributeName, AttributeValue);
      return {};
    },
  } satisfies Handlers<Clients["sns"]>;
}

/**
 * CreateTopic returns an existing topic only if it is as requested; the request can leave out some
 * of its tags.
 */
function refuseDifferent(existing: Topic, wanted: Topic, attributes: readonly string[], withTags: boolean): void {
  const before = attributesOf(existing);
  const after = attributesOf(wanted);
  if (attributes.some((name) => ownValue(before, name) !== ownValue(after, name))) {
    throw invalidParameter("Attributes Reason: Topic already exists with different attributes");
  }
  if (withTags && [...wanted.tags].some(([key, value]) => existing.tags.get(key) !== value)) {
    throw invalidParameter("Tags Reason: Topic already exists with different tags");
  }
}
