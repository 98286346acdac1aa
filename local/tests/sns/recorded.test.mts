import { CreateTopicCommand, SNSClient, type Tag } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startAccount } from "../../account/account.ts";
import { sdk } from "../support/aws.ts";

/** Recorded responses of SNS: localstack/localstack, tests/aws/services/sns/test_sns.snapshot.json. */
let account: Account;
let sns: SNSClient;
beforeAll(async () => {
  account = await startAccount({ speed: 0 });
  sns = new SNSClient(sdk(account));
});
afterAll(() => account.close());

test("a topic can be created again with some of its tags or none, but not with others", async () => {
  // test_create_duplicate_topic_check_idempotency, test_create_duplicate_topic_with_more_tags
  const create = (Tags?: Tag[]) => sns.send(new CreateTopicCommand({ Name: "pets", ...(Tags ? { Tags } : {}) }));
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
