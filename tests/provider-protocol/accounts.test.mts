import { IAM } from "@aws-sdk/client-iam";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { fetchAccount, readAccess } from "../../dynamic-providers/service/access.ts";
import { type Account, startAccount } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { policyOf, trustOf } from "../../local/tests/support/roles.ts";
import { explainAccessError } from "../../stacks/explain-access-error.ts";
import { createFiles } from "../support/temporary-folder.mts";
import { type DynamicProvider, type Properties, startProvider, textOf } from "./dynamic-provider.mts";

// An access key of 12 digits is an account: the process's environment names one, the stack's
// configuration another.
const ofEnvironment = "111111111111";
const ofStack = "222222222222";
const ofRole = "333333333333";
const secret = "SECRET-OF-THE-STACK-0123456789";

const { file } = createFiles();
let account: Account;
let text: string;
beforeAll(async () => {
  account = await startAccount({ speed: 600 });
  text = await textOf("DatasetGroup");
});
afterAll(() => account.close());

let started: DynamicProvider[] = [];
afterEach(async () => {
  await Promise.all(started.map((provider) => provider.kill()));
  started = [];
});

async function start(config: Properties, environment: Readonly<Record<string, string>> = {}) {
  const keys = { AWS_ACCESS_KEY_ID: ofEnvironment, AWS_SECRET_ACCESS_KEY: "of the environment" };
  const provider = await startProvider(account.origin, config, { ...keys, ...environment });
  started.push(provider);
  return provider;
}

let groups = 0;
/** The inputs of a dataset group that no test has created yet. */
const inputs = (more: Properties = {}) => ({
  name: `group-${groups++}`,
  timeoutSeconds: 1_200,
  providerVersion: "3",
  tags: {},
  ownerTags: { "pulumi:stack": "dev" },
  ...more,
  __provider: text,
});
const groupIn = (accountId: string, region = "eu-west-1") =>
  expect.stringMatching(`^arn:aws:personalize:${region}:${accountId}:dataset-group/`);

/** The calls to a service from now on. */
function callsSince(name = "personalize"): () => string[] {
  const before = account.log.entries().length;
  return () =>
    account.log
      .entries()
      .slice(before)
      .filter(({ service }) => service === name)
      .map(({ operation }) => operation);
}

const staticKeys = { "aws:accessKey": ofStack, "aws:secretKey": secret };

/**
 * A role of `accountId` that `trusted` may assume, that may use Amazon Personalize, and may assume
 * `next`.
 */
async function roleIn(accountId: string, trusted: string, next?: string): Promise<string> {
  const iam = new IAM(sdk(account, { accessKeyId: accountId, secretAccessKey: "test" }));
  const RoleName = `worker-${groups++}`;
  const AssumeRolePolicyDocument = trustOf({ AWS: `arn:aws:iam::${trusted}:root` });
  const { Role } = await iam.createRole({ RoleName, AssumeRolePolicyDocument });
  const PolicyDocument = policyOf([
    { Effect: "Allow", Action: "personalize:*", Resource: "*" },
    ...(next ? [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: next }] : []),
  ]);
  await iam.putRolePolicy({ RoleName, PolicyName: "own", PolicyDocument });
  return Role?.Arn ?? "";
}

describe("the stack's configuration sets where the provider works", () => {
  test("by static keys, which go before the environment's", async () => {
    const provider = await start(staticKeys);
    expect((await provider.create(inputs())).id).toEqual(groupIn(ofStack));
  });

  test("by a profile in separate files, with the profile's Region where no other is set", async () => {
    const keys = [`aws_access_key_id = ${ofStack}`, `aws_secret_access_key = ${secret}`];
    const profiles = file("profiles", "[profile pets]", ...keys, "region = eu-central-1");
    const files = { "aws:sharedConfigFiles": JSON.stringify([profiles]), "aws:region": undefined };
    const provider = await start({ "aws:profile": "pets", ...files });
    const news = inputs();
    expect((await provider.check({}, news)).failures).toEqual([]);
    expect((await provider.create(news)).id).toEqual(groupIn(ofStack, "eu-central-1"));
  });

  test("by roles, each assumed with the credentials of the one before", async () => {
    const second = await roleIn(ofRole, ofStack);
    const first = await roleIn(ofStack, ofEnvironment, second);
    const roles = [{ roleArn: first, sessionName: "one", duration: "1h" }, { roleArn: second }];
    const provider = await start({ "aws:assumeRoles": JSON.stringify(roles) });

    const { id, properties } = await provider.create(inputs());

    expect(id).toEqual(groupIn(ofRole));
    await provider.delete(id, properties);
  });

  test("by its Region, which takes precedence over both variables of the environment", async () => {
    const provider = await start({ "aws:region": "us-west-2" }, { AWS_REGION: "eu-west-3" });
    expect((await provider.create(inputs())).id).toEqual(groupIn(ofEnvironment, "us-west-2"));
    const other = await start({ "aws:region": undefined }, { AWS_DEFAULT_REGION: "eu-west-3" });
    expect((await other.create(inputs())).id).toEqual(groupIn(ofEnvironment, "eu-west-3"));
  });
});

describe("a configuration that is not supported", () => {
  test("fails the preview, and stops every operation, also those that begin before the first has failed", async () => {
    const provider = await start({ "aws:insecure": "true", "aws:secretKey": secret });
    const calls = callsSince();
    const id = `arn:aws:personalize:eu-west-1:${ofEnvironment}:dataset-group/pets`;
    const state = { ...inputs(), arn: id, physicalName: "pets" };

    const { failures } = await provider.check({}, inputs());
    const results = await Promise.allSettled([
      provider.create(inputs()),
      provider.read(id, state),
      provider.delete(id, state),
      provider.update(id, state, { ...state, tags: { team: "pets" } }),
    ]);

    expect(failures).toEqual([{ property: "", reason: expect.stringMatching(/aws:insecure(.|\n)*aws:secretKey/) }]);
    for (const result of results) expect(String((result as PromiseRejectedResult).reason)).toContain("aws:insecure");
    expect(JSON.stringify([failures, results.map(String)])).not.toContain(secret);
    expect(calls()).toEqual([]);
  });

  test("is one without a Region: the error is the one that the program's check of the credentials explains", async () => {
    const provider = await start({ "aws:region": undefined });
    await expect(provider.create(inputs())).rejects.toThrow(/Region is missing/);
    await expect(fetchAccount(readAccess(() => undefined)).catch(explainAccessError)).resolves.toMatch(
      /^No Region is set: /,
    );
  });
});

describe("the account is compared before anything is called", () => {
  test("with the aws provider's: creating in another stops with both accounts and what to do", async () => {
    const provider = await start(staticKeys);
    const calls = callsSince();

    await expect(provider.create(inputs({ account: ofEnvironment }))).rejects.toThrow(
      new RegExp(`account ${ofStack}, .* account ${ofEnvironment}\\. .*aws:profile.* Nothing was changed\\.`),
    );

    expect(calls()).toEqual([]);
  });

  test("with the resource's: updating, deleting and reading in another stop, so that nothing is forgotten", async () => {
    const here = await start({});
    const { id, properties } = await here.create(inputs({ account: ofEnvironment }));
    const elsewhere = await start(staticKeys);
    const calls = callsSince();
    const message = `${id} is in account ${ofEnvironment}, eu-west-1`;

    await expect(elsewhere.read(id, properties)).rejects.toThrow(message);
    await expect(elsewhere.delete(id, properties)).rejects.toThrow(message);
    const news = { ...properties, tags: { team: "pets" } };
    await expect(elsewhere.update(id, properties, news)).rejects.toThrow(message);

    expect(calls()).toEqual([]);
    await here.delete(id, properties);
  });

  test("in a preview, with the account to which the stack was deployed", async () => {
    const provider = await start({});
    const olds = inputs({ account: ofStack });
    const { failures } = await provider.check(olds, { ...olds, account: ofEnvironment });
    expect(failures).toEqual([
      { property: "account", reason: expect.stringMatching(`account ${ofStack}.*account ${ofEnvironment}`) },
    ]);
  });
});

test("other credentials of the same account are no change, and no credential gets into the state", async () => {
  const provider = await start({ ...staticKeys, "aws:token": `${secret}-TOKEN` });
  const news = inputs({ account: ofStack });

  const { id, properties } = await provider.create(news);
  const read = await provider.read(id, properties);

  expect(JSON.stringify([properties, read])).not.toContain(secret);
  const other = await start({ "aws:profile": "pets" });
  expect(await other.diff(id, properties, news)).toMatchObject({ changes: false, replaces: [] });
});
