import { EventBridge } from "@aws-sdk/client-eventbridge";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { SNS } from "@aws-sdk/client-sns";
import { STS } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

/** The errors of AWS for violations of the model, recorded or quoted in issues of AWS's clients. */

const account = await openAccount();

const message = (call: Promise<unknown>) =>
  call.then(
    () => "no error",
    (error: Error) => error.message,
  );

test("prints the value and writes members like properties", async () => {
  // Recorded: test_sts.py, test_sts_invalid_parameters.
  const sts = new STS(sdk(account));
  const RoleArn = "arn:aws:iam::000000000000:role/keeper";
  const call = sts.assumeRole({ RoleArn, RoleSessionName: "Session1:2" });
  expect(await message(call)).toBe(
    "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
  );
});

test("lists a wrong pattern before a wrong length", async () => {
  const sts = new STS(sdk(account));
  const RoleArn = "arn:aws:iam::000000000000:role/keeper";
  const call = sts.assumeRole({ RoleArn, RoleSessionName: ":" });
  expect(await message(call)).toMatch(
    /^2 validation errors detected: Value ':' at 'roleSessionName' .*pattern: .*; Value ':' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2$/,
  );
});

test("prints numbers in quotes and a missing member as null", async () => {
  const lambda = new Lambda(sdk(account));
  expect(await message(lambda.listFunctions({ MaxItems: 10_001 }))).toContain(
    "Value '10001' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 10000",
  );
  // Recorded: test_sns.py, test_empty_or_wrong_message_attributes.
  const attribute = { StringValue: "x" } as unknown as { DataType: string };
  const sns = new SNS(sdk(account));
  const publish = sns.publish({
    TopicArn: "arn:aws:sns:eu-west-1:000000000000:t",
    Message: "m",
    MessageAttributes: { attr1: attribute },
  });
  expect(await message(publish)).toBe(
    "1 validation error detected: Value null at 'messageAttributes.attr1.member.dataType' failed to satisfy constraint: Member must not be null",
  );
});

test("numbers the elements of a list", async () => {
  // Recorded: test_events.py, test_put_targets_with_id_too_long and its relatives.
  const events = new EventBridge(sdk(account));
  const Targets = [
    { Id: "fine", Arn: "arn:aws:sns:eu-west-1:000000000000:t" },
    { Id: "x".repeat(65), Arn: "arn:aws:sns:eu-west-1:000000000000:t" },
  ];
  expect(await message(events.putTargets({ Rule: "r", Targets }))).toBe(
    `1 validation error detected: Value '${"x".repeat(65)}' at 'targets.2.member.id' failed to satisfy constraint: Member must have length less than or equal to 64`,
  );
});

test("never shows a sensitive value", async () => {
  // Recorded: test_kms.py, test_encrypt_validate_plaintext_size_per_key_type.
  const kms = new KMS(sdk(account));
  const call = kms.encrypt({ KeyId: "alias/x", Plaintext: new Uint8Array(4097) });
  expect(await message(call)).toBe(
    "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
  );
});

test("reports the keys and values of a map, and the texts of a list, together", async () => {
  const kinesis = new Kinesis(sdk(account));
  const call = kinesis.addTagsToStream({ StreamName: "s", Tags: { ["k".repeat(129)]: "v" } });
  expect(await message(call)).toBe(
    `1 validation error detected: Value '{${"k".repeat(129)}=v}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]`,
  );
});

test("prints a structure with its members, and bytes by their number", async () => {
  const kinesis = new Kinesis(sdk(account));
  const none = kinesis.putRecords({ StreamName: "s", Records: [] });
  expect(await message(none)).toBe(
    "1 validation error detected: Value '[]' at 'records' failed to satisfy constraint: Member must have length greater than or equal to 1",
  );
  const tooLong = kinesis.putRecord({ StreamName: "s", PartitionKey: "p", Data: new Uint8Array(10 * 1024 * 1024 + 1) });
  expect(await message(tooLong)).toContain(
    "Value 'java.nio.HeapByteBuffer[pos=0 lim=10485761 cap=10485761]' at 'data' failed to satisfy constraint",
  );
});
