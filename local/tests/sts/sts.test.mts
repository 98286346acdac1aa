import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { SNS } from "@aws-sdk/client-sns";
import { type AssumeRoleCommandInput, STS } from "@aws-sdk/client-sts";
import { expect, test, vi } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { policyOf, toCredentials, trustOf } from "../support/roles.ts";

const owner = "000000000000";
const account = await openAccount();
const sts = new STS(sdk(account));
const iam = new IAM(sdk(account));
const AssumeRolePolicyDocument = trustOf({ AWS: owner });
await iam.createRole({ RoleName: "team", AssumeRolePolicyDocument });
const PolicyDocument = policyOf([{ Effect: "Allow", Action: "sns:*", Resource: "*" }]);
await iam.putRolePolicy({ RoleName: "team", PolicyName: "topics", PolicyDocument });
const Condition = { StringEquals: { "sts:ExternalId": "secret" } };
await iam.createRole({ RoleName: "partner", AssumeRolePolicyDocument: trustOf({ AWS: owner }, { Condition }) });
await iam.createRole({ RoleName: "long", AssumeRolePolicyDocument });
await iam.updateRole({ RoleName: "long", MaxSessionDuration: 7200 });

const assume = (RoleName: string, more: Partial<AssumeRoleCommandInput> = {}) =>
  sts.assumeRole({ RoleArn: `arn:aws:iam::${owner}:role/${RoleName}`, RoleSessionName: "me", ...more });
const credentialsOf = async (...given: Parameters<typeof assume>) =>
  toCredentials((await assume(...given)).Credentials);

test("any key is the account's owner, and a key of twelve digits chooses the account", async () => {
  expect(await sts.getCallerIdentity({})).toMatchObject({
    Account: owner,
    Arn: `arn:aws:iam::${owner}:root`,
    UserId: owner,
  });
  const other = new STS(sdk(account, { accessKeyId: "123456789012", secretAccessKey: "x" }));
  expect((await other.getCallerIdentity({})).Account).toBe("123456789012");
});

test("GetCallerIdentity returns the assumed role", async () => {
  const { AssumedRoleUser } = await assume("team");
  const session = new STS(sdk(account, await credentialsOf("team")));
  expect(await session.getCallerIdentity({})).toMatchObject({
    Arn: `arn:aws:sts::${owner}:assumed-role/team/me`,
    UserId: AssumedRoleUser?.AssumedRoleId,
  });
});

test("a session lasts for its time in real time, however fast the account's clock runs", async () => {
  const fast = await openAccount({ speed: 100_000 });
  const { Credentials } = await new STS(sdk(fast)).getSessionToken({ DurationSeconds: 900 });
  const session = new STS(sdk(fast, toCredentials(Credentials)));
  // A jump, as of a command that waits for a training.
  await fast.clock.advance(86_400_000);
  await expect(session.getCallerIdentity({})).resolves.toBeDefined();
  // The SDK would renew it too late otherwise.
  const left = (Credentials?.Expiration?.getTime() ?? 0) - Date.now();
  expect(left).toBeLessThanOrEqual(900_000);

  const now = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 901_000);
  try {
    await expect(session.getCallerIdentity({})).rejects.toMatchObject({ name: "ExpiredToken" });
  } finally {
    now.mockRestore();
  }
});

test("a session expires on a clock that only tests move", async () => {
  const session = new STS(sdk(account, await credentialsOf("team", { DurationSeconds: 900 })));
  await account.clock.advance(899_000);
  await expect(session.getCallerIdentity({})).resolves.toBeDefined();
  await account.clock.advance(1_000);
  await expect(session.getCallerIdentity({})).rejects.toMatchObject({
    name: "ExpiredToken",
    $metadata: { httpStatusCode: 403 },
  });
});

test("refuses a key that was not issued", async () => {
  const forged = new STS(sdk(account, { accessKeyId: "ASIAAAAAAAAAAAAAAAAA", secretAccessKey: "x" }));
  await expect(forged.getCallerIdentity({})).rejects.toMatchObject({
    name: "InvalidClientTokenId",
    $metadata: { httpStatusCode: 403 },
  });
});

test.each([
  ["no session token", undefined],
  ["another session's token", "other"],
  ["an empty token", ""],
])("a session's key with %s is refused", async (_, token) => {
  const { sessionToken: other } = await credentialsOf("long");
  const { accessKeyId, secretAccessKey } = await credentialsOf("team");
  const credentials = { accessKeyId, secretAccessKey, ...(token !== undefined && { sessionToken: token && other }) };
  const refused = { message: "The security token included in the request is invalid." };
  const caller = new STS(sdk(account, credentials));
  await expect(caller.getCallerIdentity({})).rejects.toMatchObject({
    ...refused,
    name: "InvalidClientTokenId",
    $metadata: { httpStatusCode: 403 },
  });
  const keys = new KMS(sdk(account, credentials));
  await expect(keys.listKeys({})).rejects.toMatchObject({ ...refused, name: "UnrecognizedClientException" });
});

test("the external id must match the trust policy", async () => {
  await expect(assume("partner")).rejects.toMatchObject({ name: "AccessDenied" });
  await expect(assume("partner", { ExternalId: "guess" })).rejects.toMatchObject({ name: "AccessDenied" });
  await expect(assume("partner", { ExternalId: "secret" })).resolves.toBeDefined();
});

test("a session lasts no longer than its role allows", async () => {
  await expect(assume("team", { DurationSeconds: 7200 })).rejects.toMatchObject({ name: "ValidationError" });
  await expect(assume("long", { DurationSeconds: 7200 })).resolves.toBeDefined();
});

test("a session policy removes permissions", async () => {
  const Policy = policyOf([{ Effect: "Allow", Action: "sns:ListTopics", Resource: "*" }]);
  const topics = new SNS(sdk(account, await credentialsOf("team", { Policy })));
  await expect(topics.listTopics({})).resolves.toBeDefined();
  await expect(topics.createTopic({ Name: "x" })).rejects.toThrow(
    /because no session policy allows the sns:CreateTopic action/,
  );
});

test("a session of one role needs a permission to assume another", async () => {
  const session = new STS(sdk(account, await credentialsOf("team")));
  const chained = session.assumeRole({ RoleArn: `arn:aws:iam::${owner}:role/long`, RoleSessionName: "chained" });
  await expect(chained).rejects.toThrow(/because no identity-based policy allows the sts:AssumeRole action/);
});

test("a chained session lasts an hour at most", async () => {
  const session = new STS(sdk(account, await credentialsOf("team")));
  const RoleArn = `arn:aws:iam::${owner}:role/long`;
  const chained = session.assumeRole({ RoleArn, RoleSessionName: "chained", DurationSeconds: 7200 });
  await expect(chained).rejects.toThrow(/1 hour session limit/);
});

test("the log of a refused AssumeRole has the decision, and of an allowed one the statement of the trust policy", async () => {
  const decide = () => account.log.entries().findLast(({ operation }) => operation === "AssumeRole")?.decisions;
  const resource = `arn:aws:iam::${owner}:role/partner`;
  await expect(assume("partner")).rejects.toMatchObject({ name: "AccessDenied" });
  expect(decide()).toMatchObject([{ action: "sts:AssumeRole", resource, allowed: false }]);
  await assume("partner", { ExternalId: "secret" });
  expect(decide()).toMatchObject([
    { resource, allowed: true, by: { statement: { Condition: { StringEquals: { "sts:ExternalId": "secret" } } } } },
  ]);
});
