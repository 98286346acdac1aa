import { Kinesis } from "@aws-sdk/client-kinesis";
import { Personalize } from "@aws-sdk/client-personalize";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk, signedFor } from "../support/aws.ts";

const account = await openAccount();

test("an unimplemented operation returns 501 with its name, and the SDK does not retry it", async () => {
  const client = new Kinesis({ ...sdk(account), maxAttempts: 3 });
  await expect(
    client.listStreamConsumers({ StreamARN: "arn:aws:kinesis:eu-central-1:000000000000:stream/pets" }),
  ).rejects.toMatchObject({
    name: "NotImplemented",
    message: expect.stringContaining("kinesis:ListStreamConsumers is not implemented by the local account"),
    $metadata: { httpStatusCode: 501, attempts: 1 },
  });
});

test("refuses a request that violates the model before its handler runs, with every violation", async () => {
  const client = new Personalize(sdk(account));
  await expect(client.createSchema({ name: "-pets", schema: "" })).rejects.toMatchObject({
    name: "InvalidInputException",
    message: expect.stringContaining("Value '-pets' at 'name' failed to satisfy constraint"),
    $metadata: { httpStatusCode: 400 },
  });
  await expect(client.listSchemas({ maxResults: 101 })).rejects.toMatchObject({
    message:
      "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
  });
});

test("refuses an unknown member with its path", async () => {
  const response = await fetch(account.origin, {
    method: "POST",
    headers: { ...signedFor("personalize"), "x-amz-target": "AmazonPersonalize.ListSchemas" },
    body: '{"maxResult": 5}',
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    __type: "SerializationException",
    message: "maxResult is not a member of ListSchemasRequest.",
  });
});
