import { z } from "zod";
import { type Aws, ignoreNotFound, waitUntilDeleted } from "./aws";
import { resource } from "./resource";
import { jsonDocument, sameJson, tagList, tagMap } from "./values";

const notFound = "NotFoundException";

export const topic = resource({
  schema: z.strictObject({
    name: z.string().max(256),
    kmsMasterKeyId: z.string().optional(),
    tags: z.record(z.string(), z.string()).optional(),
  }),
  autoName: { property: "name", maxLength: 80 },
  replaceOn: ["name"],
  async create({ name, tags, kmsMasterKeyId }, aws) {
    // CreateTopic would return a topic that exists, and a second program would then own it (patch
    // 17 of pulumi-aws).
    const look = aws.call("sns", "GetTopicAttributes", {
      TopicArn: `arn:aws:sns:${aws.region}:${await aws.account()}:${name}`,
    });
    if (await ignoreNotFound(look, notFound)) throw new Error(`SNS Topic (${name}) already exists`);
    const { TopicArn = "" } = await aws.call("sns", "CreateTopic", { Name: name, Tags: tagList(tags) });
    for (const protocol of ["Application", "Firehose", "HTTP", "Lambda", "SQS"]) {
      await setAttribute(TopicArn, `${protocol}SuccessFeedbackSampleRate`, "0", aws);
    }
    if (kmsMasterKeyId) await setAttribute(TopicArn, "KmsMasterKeyId", kmsMasterKeyId, aws);
    return TopicArn;
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
  update: (id, { kmsMasterKeyId = "" }, _change, aws) => setAttribute(id, "KmsMasterKeyId", kmsMasterKeyId, aws),
  tagging: {
    set: ({ arn }, tags, aws) => aws.call("sns", "TagResource", { ResourceArn: String(arn), Tags: tagList(tags) }),
    unset: ({ arn }, TagKeys, aws) => aws.call("sns", "UntagResource", { ResourceArn: String(arn), TagKeys }),
  },
  async delete(id, _state, aws) {
    await ignoreNotFound(aws.call("sns", "DeleteTopic", { TopicArn: id }), notFound);
  },
});

async function setAttribute(TopicArn: string, AttributeName: string, AttributeValue: string, aws: Aws): Promise<void> {
  await aws.call("sns", "SetTopicAttributes", { TopicArn, AttributeName, AttributeValue });
}

export const topicPolicy = resource({
  schema: z.strictObject({ arn: z.string(), policy: jsonDocument }),
  replaceOn: ["arn"],
  same: { policy: sameJson },
  async create({ arn, policy }, aws) {
    await setAttribute(arn, "Policy", policy, aws);
    return arn;
  },
  async read(id, _state, aws) {
    const found = await ignoreNotFound(aws.call("sns", "GetTopicAttributes", { TopicArn: id }), notFound);
    return found && { arn: id, owner: found.Attributes?.Owner, policy: found.Attributes?.Policy };
  },
  update: (id, { policy }, _change, aws) => setAttribute(id, "Policy", policy, aws),
  // A topic always has a policy, so the real provider restores the default one.
  async delete(id, _state, aws) {
    const ofOwner = {
      Sid: "__default_statement_ID",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: defaultActions.map((action) => `SNS:${action}`),
      Resource: id,
      Condition: { StringEquals: { "AWS:SourceOwner": id.split(":")[4] } },
    };
    const policy = JSON.stringify({ Version: "2008-10-17", Id: "__default_policy_ID", Statement: [ofOwner] });
    await ignoreNotFound(setAttribute(id, "Policy", policy, aws), notFound);
  },
});

const defaultActions = [
  "GetTopicAttributes",
  "SetTopicAttributes",
  "AddPermission",
  "RemovePermission",
  "DeleteTopic",
  "Subscribe",
  "ListSubscriptionsByTopic",
  "Publish",
  "Receive",
];

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
    return SubscriptionArn;
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
    const look = () => aws.call("sns", "GetSubscriptionAttributes", { SubscriptionArn: id });
    await waitUntilDeleted(`the subscription ${id}`, look, notFound);
  },
});
