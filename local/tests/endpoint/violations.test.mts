import { KMS } from "@aws-sdk/client-kms";
import { SNS } from "@aws-sdk/client-sns";
import { STS } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

// The errors of AWS for violations of the model, recorded or quoted in issues of AWS's clients.

const account = await openAccount();

const sts = new STS(sdk(account));
const RoleArn = "arn:aws:iam::000000000000:role/keeper";
const attribute = { StringValue: "x" } as { DataType: string; StringValue: string };
const one = "1 validation error detected: ";

test.each<[string, () => Promise<unknown>, string | RegExp]>([
  [
    // Recorded: test_sts.py, test_sts_invalid_parameters.
    "prints the value and writes members like properties",
    () => sts.assumeRole({ RoleArn, RoleSessionName: "Session1:2" }),
    `${one}Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
  ],
  [
    // Recorded: test_sns.py, test_empty_or_wrong_message_attributes.
    "prints a missing member as null",
    () =>
      new SNS(sdk(account)).publish({
        TopicArn: "arn:aws:sns:eu-west-1:000000000000:t",
        Message: "m",
        MessageAttributes: { attr1: attribute },
      }),
    `${one}Value null at 'messageAttributes.attr1.member.dataType' failed to satisfy constraint: Member must not be null`,
  ],
  [
    // Recorded: test_kms.py, test_encrypt_validate_plaintext_size_per_key_type.
    "never shows a sensitive value",
    () => new KMS(sdk(account)).encrypt({ KeyId: "alias/x", Plaintext: new Uint8Array(4097) }),
    `${one}Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096`,
  ],
])("%s", async (_what, send, message) => {
  await expect(send()).rejects.toMatchObject({
    message: typeof message === "string" ? message : expect.stringMatching(message),
  });
});
