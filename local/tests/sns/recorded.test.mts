import { type MessageAttributeValue, SNS, type Tag } from "@aws-sdk/client-sns";
import { expect, test } from "vitest";
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
  };
  await expect(create([cat, { Key: "c", Value: "" }])).rejects.toMatchObject(expected);
  await expect(create([{ Key: "a", Value: "dog" }])).rejects.toMatchObject(expected);
});

const create = async (Name: string) => (await sns.createTopic({ Name })).TopicArn ?? "";

test("a topic of another Region is an invalid parameter", async () => {
  // test_cross_region_access
  const TopicArn = (await create("at-home")).replace("eu-west-1", "us-west-2");
  const expected = { name: "InvalidParameterException" };
  await expect(sns.getTopicAttributes({ TopicArn })).rejects.toMatchObject(expected);
  await expect(sns.publish({ TopicArn, Message: "a" })).rejects.toMatchObject(expected);
  await expect(sns.deleteTopic({ TopicArn })).rejects.toMatchObject(expected);
});

test.each<[string, MessageAttributeValue]>([
  ["attr1", { DataType: "String", StringValue: "" }],
  ["attr1", { DataType: "Number", BinaryValue: new Uint8Array([1]) }],
  ["attr1", { DataType: "InvalidType", StringValue: "a" }],
  ["a^b", { DataType: "String", StringValue: "a" }],
  ["a..b", { DataType: "String", StringValue: "a" }],
])("a message is refused for the attribute %s: %j", async (name, value) => {
  // test_empty_or_wrong_message_attributes
  const call = sns.publish({
    TopicArn: await create("attributes"),
    Message: "a",
    MessageAttributes: { [name]: value },
  });
  await expect(call).rejects.toMatchObject({ name: "InvalidParameterValueException" });
});
