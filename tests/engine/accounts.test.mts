// Stacks whose configuration says in which account they are. The environment of each names another.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { IAM } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, startAccount } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { type Engine, openEngine, pulumiIsThere } from "../support/engine.ts";

const ofEnvironment = "000000000000";
const ofStack = "222222222222";
const ofRole = "333333333333";
const secretKey = "SECRET-KEY-OF-THE-STACK";
const token = "SESSION-TOKEN-OF-THE-STACK";

describe.skipIf(!pulumiIsThere)("One stack, one account", () => {
  let account: Account;
  let engine: Engine;
  beforeAll(async () => {
    // In real time: sessions of an hour must outlast the commands.
    account = await startAccount();
    account.clock.skipTransitions(() => Number.POSITIVE_INFINITY);
    engine = await open("keys");
  });
  afterAll(async () => {
    engine.forget();
    await account.close();
  });

  const open = (stack: string) =>
    openEngine({ account, stack, project: "accounts", program: "tests/engine/programs/accounts.ts" });
  const accountsOf = async (on: Engine) => {
    const { topicArn, groupArn } = await on.outputs<{ topicArn: string; groupArn: string }>();
    return [topicArn, groupArn].map((arn) => arn.split(":")[4]);
  };

  test("static keys of the configuration count for both providers", async () => {
    engine.configure({ "aws:accessKey": ofStack });
    await engine.run("config", "set", "--secret", "aws:secretKey", secretKey);
    await engine.run("config", "set", "--secret", "aws:token", token);
    await engine.up();
    expect(await accountsOf(engine)).toEqual([ofStack, ofStack]);
  });

  test("the state has neither the secret key nor the token, in no resource and in no serialised provider", async () => {
    // As it is kept; an export decrypts what the engine has encrypted.
    const state = readFileSync(join(engine.folder, "backend/.pulumi/stacks/accounts/keys.json"), "utf8");
    expect(state).toContain("exports.handler");
    expect(state).not.toContain(secretKey);
    expect(state).not.toContain(token);

    const own = (await engine.state()).resources.filter(({ type }) => !type.startsWith("pulumi:providers:"));
    expect(JSON.stringify(own)).toContain("exports.handler");
    expect(JSON.stringify(own)).not.toContain(secretKey);
    expect(JSON.stringify(own)).not.toContain(token);
  });

  test("credentials of another account stop the preview, with both accounts", async () => {
    engine.configure({ "aws:accessKey": undefined, "aws:secretKey": undefined, "aws:token": undefined });
    await expect(engine.preview()).rejects.toThrow(
      new RegExp(`The stack is in account ${ofStack}, but the credentials belong to account ${ofEnvironment}`),
    );
  });

  test("a role of another account is assumed by both providers; without it nothing is destroyed or forgotten", async () => {
    const credentials = { accessKeyId: ofRole, secretAccessKey: "test" };
    const iam = new IAM({ ...sdk(account), credentials });
    const document = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [Statement] });
    const Principal = { AWS: `arn:aws:iam::${ofEnvironment}:root` };
    const AssumeRolePolicyDocument = document({ Effect: "Allow", Principal, Action: "sts:AssumeRole" });
    const { Role } = await iam.createRole({ RoleName: "deployer", AssumeRolePolicyDocument });
    const PolicyDocument = document({ Effect: "Allow", Action: "*", Resource: "*" });
    await iam.putRolePolicy({ RoleName: "deployer", PolicyName: "all", PolicyDocument });
    const assumeRoles = JSON.stringify([{ roleArn: Role?.Arn }]);
    const roles = await open("roles");
    try {
      roles.configure({ "aws:assumeRoles": assumeRoles });
      await roles.up();
      expect(await accountsOf(roles)).toEqual([ofRole, ofRole]);

      // Either provider's refusal may be the first.
      const message = /is in account 333333333333, eu-west-1|is not authorized to perform: sns:/;
      roles.configure({ "aws:assumeRoles": undefined });
      await expect(roles.refresh()).rejects.toThrow(message);
      await expect(roles.destroy()).rejects.toThrow(message);

      roles.configure({ "aws:assumeRoles": assumeRoles });
      expect(await roles.refresh({ expectNoChanges: true })).toEqual({});
      await roles.destroy();
    } finally {
      roles.forget();
    }
  });
});
