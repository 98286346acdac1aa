// Stacks whose configuration says in which account they are, where the environment of each names
// another, and accounts that allow little.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, startAccount } from "../../local/account.ts";
import { type Engine, needsPulumi, openEngine } from "../support/engine.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";

const ofEnvironment = "000000000000";
const ofStack = "222222222222";
const secretKey = "SECRET-KEY-OF-THE-STACK";
const token = "SESSION-TOKEN-OF-THE-STACK";

describe("One stack, one account", needsPulumi, () => {
  let account: Account;
  let engine: Engine;
  beforeAll(async () => {
    account = await startAccount({ speed: hurriedSpeed });
    const program = "tests/engine/programs/accounts.ts";
    engine = await openEngine({ account, stack: "keys", project: "accounts", program });
  });
  afterAll(async () => {
    engine.forget();
    await account.close();
  });

  test("static keys of the configuration count for both providers", async () => {
    engine.configure({ "aws:accessKey": ofStack });
    await engine.run("config", "set", "--secret", "aws:secretKey", secretKey);
    await engine.run("config", "set", "--secret", "aws:token", token);
    await engine.up();
    const { topicArn, groupArn } = await engine.outputs<{ topicArn: string; groupArn: string }>();
    expect([topicArn, groupArn].map((arn) => arn.split(":")[4])).toEqual([ofStack, ofStack]);
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

  test("without credentials the program stops with one sentence, before it creates anything", async () => {
    const program = await openEngine({ account, stack: "unknown" });
    const none = { accessKeyId: "", secretAccessKey: "" };
    const report = await program.as(none, () => program.preview()).catch((error: Error) => error.message);
    program.forget();
    expect(report).toMatch(/There are no AWS credentials: .+ Sign in and name the profile: AWS_PROFILE=<profile>\./);
    expect(report).not.toMatch(/serializing|Foundation/);
  });

  test("a first preview in an account of 10 concurrent functions names the key, and passes with it", async () => {
    const small = await startAccount({ speed: 0, quotas: { concurrentExecutions: 10 } });
    const program = await openEngine({ account: small, stack: "first" });
    const report = await program.preview().catch((error: Error) => error.message);
    program.configure({ servingConcurrency: "none" });
    const planned = await program.preview();
    program.forget();
    await small.close();
    expect(report).toMatch(/recommender:servingConcurrency: .* allows 10 in the Region/);
    expect(report).toContain("config set recommender:servingConcurrency none --stack first");
    expect(report).not.toMatch(/unhandled exception|^\s+at /m);
    expect(planned).toHaveProperty("Function recommender-serving-recommend-function", "create");
  });
});
