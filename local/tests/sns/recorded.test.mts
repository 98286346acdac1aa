import { type MessageAttributeValue, SNS, type Tag } from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

// Recorded responses of SNS: localstack/localstack, tests/aws/services/sns/test_sns.snapshot.json.

const account = await openAccount();
const sns = new SNS(sdk(account));

test("a topic can be created again with some of its tags or none, but not with others", async () => {
  // test_create_duplicate_topic_check_idempotency, test_create_duplicate_topic_with_more_tags
  const create = (Tags?: Tag[]) => sns.createTopic({ Name: "pets", ...(Tags ? { Tags } : {}) });
  const cat = { Key: "a", Value: "cat" };
  const { TopicArn } = await create([cat, { Key: "b", Value: "dog" }]);
  expect((await create([cat])).TopicArn).toBe(TopicArn);
  expect((await create()).TopicArn).toBe(TopicArn);
  const expected = {
    name: "InvalidParameterException",
    message: "Invalid parameter: Tags Reason: Topic already exists with different tags",
  };
  await expect(create([cat, { Key: "c", Value: "" }])).rejects.toMatchObject(expected);
  await expect(create([{ Key: "a", Value: "dog" }])).rejects.toMatchObject(expected);
});

const create = async (Name: string) => (await sns.createTopic({ Name })).TopicArn ?? "";

test("a topic of another Region is an invalid parameter", async () => {
  // test_cross_region_access
  const TopicArn = (await create("at-home")).replace("eu-west-1", "us-west-2");
  const expected = { name: "InvalidParameterException", message: "Invalid parameter: TopicArn" };
  await expect(sns.getTopicAttributes({ TopicArn })).rejects.toMatchObject(expected);
  await expect(sns.publish({ TopicArn, Message: "a" })).rejects.toMatchObject(expected);
  await expect(sns.deleteTopic({ TopicArn })).rejects.toMatchObject(expected);
});

test("an ARN that is too short is counted", async () => {
  // test_publish_wrong_arn_format, test_unsubscribe_wrong_arn_format
  await expect(sns.publish({ TopicArn: "randomstring:1", Message: "a" })).rejects.toMatchObject({
    message: "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 2",
  });
  await expect(sns.unsubscribe({ SubscriptionArn: "arn:aws:sns:us-east-1:random" })).rejects.toMatchObject({
    message: "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 5",
  });
  await expect(sns.unsubscribe({ SubscriptionArn: "arn:aws:sns:eu-west-1:000000000000:random" })).rejects.toThrow(
    "Invalid parameter: SubscriptionId",
  );
  await expect(sns.unsubscribe({ SubscriptionArn: "" })).rejects.toThrow(
    "SubscriptionArn Reason: no value for required parameter",
  );
});

test("a confirmation of a topic that does not exist has a wrong token, and an unknown protocol is named", async () => {
  // test_sns_confirm_subscription_wrong_token, test_subscribe_with_invalid_protocol
  const TopicArn = await create("known");
  await expect(sns.confirmSubscription({ TopicArn: `${TopicArn}-not`, Token: "randomtoken" })).rejects.toThrow(
    "Invalid parameter: Token",
  );
  await expect(sns.subscribe({ TopicArn, Protocol: "test-protocol", Endpoint: "a@b.org" })).rejects.toThrow(
    "Invalid parameter: Amazon SNS does not support this protocol string: test-protocol",
  );
});

test("a tag key that is given twice is refused", async () => {
  // test_tags
  const tag = { Key: "k2", Value: "v2" };
  const call = sns.tagResource({ ResourceArn: await create("tagged"), Tags: [tag, tag] });
  await expect(call).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: "Invalid parameter: Duplicated keys are not allowed.",
  });
});

describe("a batch", () => {
  test("is refused when it is too long, or has a wrong id", async () => {
    // test_publish_batch_too_long_message, test_publish_batch_invalid_entry_id
    const TopicArn = await create("batches");
    const publish = (...messages: (readonly [Id: string, Message: string])[]) =>
      sns.publishBatch({ TopicArn, PublishBatchRequestEntries: messages.map(([Id, Message]) => ({ Id, Message })) });
    await expect(publish(["1", "a".repeat(131_072)], ["2", "b".repeat(131_073)])).rejects.toMatchObject({
      name: "BatchRequestTooLongException",
      message: "The length of all the messages put together is more than the limit.",
    });
    await expect(publish(["msg@123#test", "a"])).rejects.toMatchObject({
      name: "InvalidBatchEntryIdException",
      message: "The Id of a batch entry in the batch request contains an impermissible character: msg@123#test",
    });
  });

  test.each<[string, string, MessageAttributeValue]>([
    [
      "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type 'String'.",
      "attr1",
      { DataType: "String", StringValue: "" },
    ],
    [
      "The message attribute 'attr1' with type 'Number' must use field 'String'.",
      "attr1",
      { DataType: "Number", BinaryValue: new Uint8Array([1]) },
    ],
    [
      "The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
      "attr1",
      { DataType: "InvalidType", StringValue: "a" },
    ],
    [
      "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
      "a^b",
      { DataType: "String", StringValue: "a" },
    ],
    ["Message attribute name can not have successive '.' character.", "a..b", { DataType: "String", StringValue: "a" }],
  ])("and a message are refused for an attribute: %s", async (message, name, value) => {
    // test_empty_or_wrong_message_attributes
    const TopicArn = await create("attributes");
    const entry = { Message: "a", MessageAttributes: { [name]: value } };
    const expected = { name: "InvalidParameterValueException", message };
    await expect(sns.publish({ TopicArn, ...entry })).rejects.toMatchObject(expected);
    const PublishBatchRequestEntries = [
      { Id: "1", Message: "fine" },
      { Id: "2", ...entry },
    ];
    await expect(sns.publishBatch({ TopicArn, PublishBatchRequestEntries })).rejects.toMatchObject(expected);
  });
});

test.each([
  ["pets.fifo", {}],
  ["pets", { FifoTopic: "true" }],
])("the name %s is wrong with the attributes %j", async (Name, Attributes) => {
  // test_create_topic_name_constraints, test_create_topic_different_attrs
  await expect(sns.createTopic({ Name, Attributes })).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: "Invalid parameter: Topic Name",
  });
});

test("a topic is FIFO or not from the start", async () => {
  // test_topic_get_attributes_with_fifo_false
  const created = await sns.createTopic({ Name: "standard", Attributes: { FifoTopic: "false" } });
  const { TopicArn } = created;
  const { Attributes } = await sns.getTopicAttributes({ TopicArn });
  expect(Attributes).not.toHaveProperty("FifoTopic");
  await expect(
    sns.setTopicAttributes({ TopicArn, AttributeName: "FifoTopic", AttributeValue: "false" }),
  ).rejects.toMatchObject({ name: "InvalidParameterException", message: "Invalid parameter: AttributeName" });
});

test("a mobile endpoint is not found", async () => {
  // test_publish_non_existent_target
  const TargetArn = "arn:aws:sns:eu-west-1:000000000000:endpoint/APNS/abcdef/0f7d5971-aa8b-4bd5-b585-0826e9f93a66";
  await expect(sns.publish({ TargetArn, Message: "a" })).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified",
  });
});
