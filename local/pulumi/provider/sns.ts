import { z } from "zod";
import { ignoreNotFound } from "./aws";
import { resource } from "./resource";
import { sameJson, tagChanges, tagList, tagMap } from "./values";

const notFound = "NotFoundException";

export const topic = resource({
  schema: z.strictObject({
    name: z.string().max(256),
    kmsMasterKeyId: z.string().optional(),
    tags: z.record(z.string(), z.string()).optional(),
  }),
  autoName: { property: "name", maxLength: 256 },
  replaceOn: ["name"],
  async create(inputs, aws) {
    const { TopicArn } = await aws.call("sns", "CreateTopic", {
      Name: inputs.name,
      Attributes: inputs.kmsMasterKeyId ? { KmsMasterKeyId: inputs.kmsMasterKeyId } : {},
      Tags: tagList(inputs.tags),
    });
    return { id: TopicArn ?? "", outputs: { arn: TopicArn, owner: TopicArn?.split(":")[4] } };
  },
  async read(id, _state, aws) {
    const found = await ignoreNotFound(aws.call("sns", "GetTopicAttributes", { TopicArn: id }), notFound);
    if (!found) return undefined;
    const { Tags } = await aws.call("sns", "ListTagsForResource", { ResourceArn: id });
    return {
      arn: id,
      name: id.split(":").at(-1),
      owner: found.Attributes?.Owner,
      kmsMasterKeyId: found.Attributes?.KmsMasterKeyId,
      tags: tagMap(Tags),
    };
  },
  async update(id, inputs, old, aws) {
    if (inputs.kmsMasterKeyId !== old.kmsMasterKeyId) {
      const AttributeValue = inputs.kmsMasterKeyId ?? "";
      await aws.call("sns", "SetTopicAttributes", { TopicArn: id, AttributeName: "KmsMasterKeyId", AttributeValue });
    }
    const tags = tagChanges(old.tags, inputs.tags);
    if (Object.keys(tags.set).length > 0)
      await aws.call("sns", "TagResource", { ResourceArn: id, Tags: tagList(tags.set) });
    if (tags.unset.length > 0) await aws.call("sns", "UntagResource", { ResourceArn: id, TagKeys: tags.unset });
    return {};
  },
  async delete(id, _state, aws) {
    await ignoreNotFound(aws.call("sns", "DeleteTopic", { TopicArn: id }), notFound);
  },
});

export const topicPolicy = resource({
  schema: z.strictObject({ arn: z.string(), policy: z.string() }),
  replaceOn: ["arn"],
  same: { policy: sameJson },
  async create({ arn, policy }, aws) {
    await aws.call("sns", "SetTopicAttributes", { TopicArn: arn, AttributeName: "Policy", AttributeValue: policy });
    return { id: arn, outputs: { owner: arn.split(":")[4] } };
  },
  async read(id, _state, aws) {
    const found = await ignoreNotFound(aws.call("sns", "GetTopicAttributes", { TopicArn: id }), notFound);
    return found && { arn: id, owner: found.Attributes?.Owner, policy: found.Attributes?.Policy };
  },
  async update(id, { policy }, _old, aws) {
    await aws.call("sns", "SetTopicAttributes", { TopicArn: id, AttributeName: "Policy", AttributeValue: policy });
    return {};
  },
  // A topic always has a policy, so the real provider restores the default one.
  async delete(id, _state, aws) {
    const account = id.split(":")[4];
    const owner = {
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: ["sns:GetTopicAttributes", "sns:SetTopicAttributes", "sns:Subscribe", "sns:Publish"],
      Resource: id,
      Condition: { StringEquals: { "AWS:SourceOwner": account } },
    };
    const AttributeValue = JSON.stringify({ Version: "2012-10-17", Statement: [owner] });
    await ignoreNotFound(
      aws.call("sns", "SetTopicAttributes", { TopicArn: id, AttributeName: "Policy", AttributeValue }),
      notFound,
    );
  },
});

export const topicSubscription = resource({
  schema: z.strictObject({ topic: z.string(), protocol: z.literal("email"), endpoint: z.string() }),
  replaceOn: ["topic", "protocol", "endpoint"],
  async create({ topic, protocol, endpoint }, aws) {
    const { SubscriptionArn = "" } = await aws.call("sns", "Subscribe", {
      TopicArn: topic,
      Protocol: protocol,
      Endpoint: endpoint,
      ReturnSubscriptionArn: true,
    });
    return { id: SubscriptionArn, outputs: { arn: SubscriptionArn, pendingConfirmation: true } };
  },
  async read(id, _state, aws) {
    const found = await ignoreNotFound(aws.call("sns", "GetSubscriptionAttributes", { SubscriptionArn: id }), notFound);
    return (
      found && {
        arn: id,
        topic: found.Attributes?.TopicArn,
        protocol: found.Attributes?.Protocol,
        endpoint: found.Attributes?.Endpoint,
        pendingConfirmation: found.Attributes?.PendingConfirmation === "true",
      }
    );
  },
  async delete(id, _state, aws) {
    await ignoreNotFound(aws.call("sns", "Unsubscribe", { SubscriptionArn: id }), notFound);
  },
});
