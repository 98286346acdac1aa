import { KMS } from "@aws-sdk/client-kms";
import { SNS } from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import { Fault } from "../../account/aws/fault.ts";
import { retryDelay } from "../../account/services/sns/delivery/delivery.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { sessionWith } from "../support/roles.ts";
import { scriptService } from "../support/targets.ts";

const owner = "000000000000";
const place = { account: owner, region: "eu-west-1" };
const account = await openAccount();
const service = account.sns;
const sns = new SNS(sdk(account));

const createTopic = async (Name: string, Attributes: Record<string, string> = {}) =>
  (await sns.createTopic({ Name, Attributes })).TopicArn ?? "";
const mailsTo = (address: string) => service.outbox(place).filter(({ to }) => to === address);
const publishAs = (service: string, TopicArn: string) => {
  const principal = { kind: "service", account: owner, arn: service, service } as const;
  return account.host.call({ ...place, principal }, "sns", "Publish", { TopicArn, Message: "hello" });
};

describe("topics", () => {
  test("creating is idempotent, but not with other attributes", async () => {
    const arn = await createTopic("same", { DisplayName: "Pets" });
    expect(arn).toBe("arn:aws:sns:eu-west-1:000000000000:same");
    expect(await createTopic("same")).toBe(arn);
    await expect(createTopic("same", { DisplayName: "Cats" })).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });

  test("returns attributes as texts", async () => {
    const TopicArn = await createTopic("confirmed");
    await sns.setTopicAttributes({ TopicArn, AttributeName: "DisplayName", AttributeValue: "News" });
    const { Attributes } = await sns.getTopicAttributes({ TopicArn });
    expect(Attributes).toMatchObject({ DisplayName: "News", Owner: owner, SubscriptionsConfirmed: "0" });
    expect(JSON.parse(Attributes?.Policy ?? "")).toMatchObject({ Id: "__default_policy_ID" });
  });

  test("deletes a topic, and accepts a second deletion", async () => {
    const TopicArn = await createTopic("short-lived");
    await sns.deleteTopic({ TopicArn });
    await sns.deleteTopic({ TopicArn });
    await expect(sns.publish({ TopicArn, Message: "x" })).rejects.toMatchObject({
      name: "NotFoundException",
      $metadata: { httpStatusCode: 404 },
    });
  });

  // terraform-provider-aws sends the rates, and so does each Pulumi program, when it creates a
  // topic (internal/attrmap), and an empty text for a setting that a program no longer has.
  const protocols = ["Application", "Firehose", "HTTP", "Lambda", "SQS"];
  test.each([
    ...protocols.map((protocol) => [`${protocol}SuccessFeedbackSampleRate`, "0", "50"]),
    ...protocols.map((protocol) => [`${protocol}SuccessFeedbackRoleArn`, "", "arn:aws:iam::000000000000:role/logs"]),
    ...protocols.map((protocol) => [`${protocol}FailureFeedbackRoleArn`, "", "arn:aws:iam::000000000000:role/logs"]),
    ["DeliveryPolicy", "", '{"http":{"disableSubscriptionOverrides":true}}'],
    ["TracingConfig", "PassThrough", "Active"],
  ])("%s accepts its default, %j, and returns 501 for %j", async (AttributeName = "", initial = "", other = "") => {
    const TopicArn = await createTopic(`defaults-${AttributeName}`);
    await sns.setTopicAttributes({ TopicArn, AttributeName, AttributeValue: initial });
    const { Attributes = {} } = await sns.getTopicAttributes({ TopicArn });
    expect(Attributes[AttributeName]).toBe(initial === "" ? undefined : initial);
    const set = sns.setTopicAttributes({ TopicArn, AttributeName, AttributeValue: other });
    await expect(set).rejects.toMatchObject({ name: "NotImplemented", $metadata: { httpStatusCode: 501 } });
  });

  test("FIFO topics and unsupported protocols return 501", async () => {
    await expect(createTopic("orders.fifo", { FifoTopic: "true" })).rejects.toMatchObject({ name: "NotImplemented" });
    const TopicArn = await createTopic("phones");
    const subscribe = sns.subscribe({ TopicArn, Protocol: "sms", Endpoint: "+3912345" });
    await expect(subscribe).rejects.toMatchObject({ name: "NotImplemented", $metadata: { httpStatusCode: 501 } });
  });
});

describe("e-mail", () => {
  const subscribe = async (TopicArn: string, Endpoint: string) =>
    (await sns.subscribe({ TopicArn, Protocol: "email", Endpoint })).SubscriptionArn;
  const confirm = (TopicArn: string, address: string) =>
    sns.confirmSubscription({ TopicArn, Token: mailsTo(address)[0]?.confirmation?.token ?? "" });

  test("an address gets only a request until it is confirmed", async () => {
    const TopicArn = await createTopic("letters");
    expect(await subscribe(TopicArn, "ann@example.org")).toBe("pending confirmation");
    await sns.publish({ TopicArn, Subject: "Early", Message: "lost" });
    expect(mailsTo("ann@example.org").map(({ subject }) => subject)).toEqual([
      "AWS Notification - Subscription Confirmation",
    ]);
    const { SubscriptionArn } = await confirm(TopicArn, "ann@example.org");
    await sns.publish({ TopicArn, Subject: "Training", Message: "promoted" });
    expect(mailsTo("ann@example.org").at(-1)).toMatchObject({
      subject: "Training",
      body: "promoted",
      topicArn: TopicArn,
    });
    const { Attributes } = await sns.getSubscriptionAttributes({ SubscriptionArn });
    expect(Attributes).toMatchObject({ PendingConfirmation: "false", Protocol: "email", Endpoint: "ann@example.org" });
  });

  test("the link in a mail confirms a subscription in the topic's Region and account", async () => {
    const other = new SNS(sdk(account, { accessKeyId: "111122223333", secretAccessKey: "any" }));
    const { TopicArn = "" } = await other.createTopic({ Name: "links" });
    const address = "eve@example.org";
    await other.subscribe({ TopicArn, Protocol: "email", Endpoint: address });
    const [mail] = service.outbox({ account: "111122223333", region: "eu-west-1" });
    expect((await fetch(mail?.confirmation?.link ?? "")).status).toBe(200);
    await other.publish({ TopicArn, Message: "hello" });
    expect(service.outbox({ account: "111122223333", region: "eu-west-1" }).at(-1)).toMatchObject({ body: "hello" });
  });

  test.each([
    "ann",
    "@example.org",
    "ann@example",
    "ann@.org",
    "ann@a.",
    "a b@example.org",
    "a@b@c.d",
    `a@${".".repeat(100_000)} `,
  ])("refuses the address %.40s", async (address) => {
    const TopicArn = await createTopic("addresses");
    await expect(subscribe(TopicArn, address)).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  test("deletes an unconfirmed subscription after three days", async () => {
    const TopicArn = await createTopic("ignored");
    await subscribe(TopicArn, "ben@example.org");
    const pending = await sns.listSubscriptionsByTopic({ TopicArn });
    expect(pending.Subscriptions?.[0]?.SubscriptionArn).toBe("PendingConfirmation");
    await account.clock.advance(3 * 86_400_000);
    const after = await sns.listSubscriptionsByTopic({ TopicArn });
    expect(after.Subscriptions ?? []).toEqual([]);
  });

  test("an unsubscribed address gets no more mails", async () => {
    const TopicArn = await createTopic("enough");
    await subscribe(TopicArn, "cat@example.org");
    const { SubscriptionArn } = await confirm(TopicArn, "cat@example.org");
    await sns.unsubscribe({ SubscriptionArn });
    await sns.publish({ TopicArn, Message: "x" });
    expect(mailsTo("cat@example.org")).toHaveLength(1);
  });

  test("a structured message has a text for each protocol, and requires a default", async () => {
    const TopicArn = await createTopic("structured");
    await subscribe(TopicArn, "dan@example.org");
    await confirm(TopicArn, "dan@example.org");
    const publish = (message: object) =>
      sns.publish({ TopicArn, MessageStructure: "json", Message: JSON.stringify(message) });
    await publish({ default: "short", email: "a long letter" });
    expect(mailsTo("dan@example.org").at(-1)?.body).toBe("a long letter");
    await expect(publish({ email: "x" })).rejects.toMatchObject({ name: "InvalidParameterException" });
  });
});

describe("publishing", () => {
  test("limits a message to 256 KB", async () => {
    const TopicArn = await createTopic("sizes");
    const publish = (bytes: number) => sns.publish({ TopicArn, Message: "x".repeat(bytes) });
    await expect(publish(262_144)).resolves.toBeDefined();
    await expect(publish(262_145)).rejects.toMatchObject({ message: "Invalid parameter: Message too long" });
  });

  test("the policy of a new topic allows the account's alarms, but not its rules", async () => {
    const TopicArn = await createTopic("fresh");
    await expect(publishAs("cloudwatch.amazonaws.com", TopicArn)).resolves.toBeDefined();
    await expect(publishAs("events.amazonaws.com", TopicArn)).rejects.toMatchObject({
      code: "AccessDenied",
    });
  });
});

describe("an encrypted topic", () => {
  test("requires the publisher's permissions on its key", async () => {
    const kms = new KMS(sdk(account));
    const key = (await kms.createKey({})).KeyMetadata;
    const TopicArn = await createTopic("sealed", { KmsMasterKeyId: key?.KeyId ?? "" });
    const message = { TopicArn, Message: "x" };
    const poor = await roleWith("poor", ["sns:Publish"]);
    await expect(poor.publish(message)).rejects.toMatchObject({ name: "KMSAccessDeniedException" });
    const half = await roleWith("half", ["sns:Publish", "kms:GenerateDataKey"]);
    await expect(half.publish(message)).rejects.toMatchObject({ name: "KMSAccessDeniedException" });
    const full = await roleWith("full", ["sns:Publish", "kms:GenerateDataKey*", "kms:Decrypt"]);
    await expect(full.publish(message)).resolves.toBeDefined();
    await kms.scheduleKeyDeletion({ KeyId: key?.KeyId });
    await expect(full.publish(message)).rejects.toMatchObject({ name: "KMSInvalidStateException" });
  });

  test("under AWS's key accepts the account's messages, but no service's", async () => {
    const TopicArn = await createTopic("aws-sealed", { KmsMasterKeyId: "alias/aws/sns" });
    await expect(sns.publish({ TopicArn, Message: "x" })).resolves.toBeDefined();
    await expect(publishAs("cloudwatch.amazonaws.com", TopicArn)).rejects.toMatchObject({
      code: "KMSAccessDeniedException",
    });
  });
});

describe("a function", () => {
  const functionArn = `arn:aws:lambda:eu-west-1:${owner}:function:notify`;
  /** Publishes to a topic of a function that fails with these errors first. */
  const publishWith = async (topic: string, ...errors: Fault[]) => {
    const calls = scriptService(account, "lambda", "Invoke", ...errors);
    const TopicArn = await createTopic(topic);
    await sns.subscribe({ TopicArn, Protocol: "lambda", Endpoint: functionArn });
    await sns.publish({ TopicArn, Subject: "Hi", Message: "hello" });
    await account.clock.advance(60_000);
    return { TopicArn, calls };
  };

  test("is invoked for the topic with the message in AWS's format", async () => {
    const { TopicArn, calls } = await publishWith("calls");
    expect(calls).toMatchObject([
      {
        principal: { kind: "service", service: "sns.amazonaws.com", sourceArn: TopicArn },
        input: { FunctionName: functionArn, InvocationType: "Event" },
      },
    ]);
    const event = JSON.parse(Buffer.from(calls[0]?.input.Payload as Uint8Array).toString());
    expect(event.Records[0]).toMatchObject({
      EventSource: "aws:sns",
      Sns: { Type: "Notification", TopicArn, Message: "hello", Subject: "Hi" },
    });
  });

  test("that is throttled is retried on the clock", async () => {
    const throttled = Array.from({ length: 5 }, () => new Fault("TooManyRequestsException", "refused"));
    expect((await publishWith("throttled", ...throttled)).calls).toHaveLength(6);
  });

  test("that may not be invoked is not retried", async () => {
    expect((await publishWith("denied", new Fault("AccessDenied", "refused"))).calls).toHaveLength(1);
  });

  test("is retried for 23 days", () => {
    let total = 0;
    let attempt = 1;
    for (let delay = retryDelay(attempt); delay !== undefined; delay = retryDelay(++attempt)) total += delay;
    expect(attempt).toBe(100_015);
    expect(Math.round(total / 86_400_000)).toBe(23);
  });
});

async function roleWith(RoleName: string, Action: string[]): Promise<SNS> {
  return new SNS(sdk(account, await sessionWith(account, RoleName, [{ Action, Resource: "*" }])));
}
