import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { zipOf } from "../../local/pulumi/provider/archive.ts";
import { record, waitForRegistrations } from "../support/record.ts";
import { listGrants } from "../support/statements.ts";

const recorder = record();
const { Foundation } = await import("../../components/platform/foundation.ts");
const { LambdaFunction } = await import("../../components/lambda/lambda-function.ts");
const { buildBundle } = await import("../../components/lambda/lambda-bundle.ts");
const { Network } = await import("../../components/platform/network.ts");
const { packageHandler } = await import("../../components/lambda/lambda-package.ts");
const { allow } = await import("../../components/support/policy.ts");
const { recommendPetsFactory } = await import("../../functions/recommend-pets.ts");

const foundation = new Foundation("base", { logRetentionDays: 30, deletionProtection: false, tags: {} });
const existing = { vpcId: "vpc-1", subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] };
const network = new Network("net", { foundation, network: existing });
const common = {
  foundation,
  description: "Answers",
  factory: () => async () => process.env.GREETING,
  permissions: [allow(["sns:Publish"], "arn:topic")],
  timeoutSeconds: 11,
  memoryMegabytes: 256,
};
new LambdaFunction<{ GREETING: string }>("greet", {
  ...common,
  part: "greet-pets",
  environment: { GREETING: "hello" },
});
new LambdaFunction<{ GREETING: string }>("inside", {
  ...common,
  part: "inside-vpc",
  environment: { GREETING: "hello" },
  network,
});
await waitForRegistrations();

const name = "recommender-test-greet-pets";
const inputs = recorder.one("aws:lambda/function:Function", "greet-function").inputs;
const { code, ...settings } = inputs;

test("a function states everything that it would otherwise get by default", () => {
  expect(settings).toEqual({
    name,
    description: "Answers",
    handler: "__index.handler",
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    timeout: 11,
    memorySize: 256,
    role: `arn:aws:iam:eu-west-1:123456789012:${name}`,
    environment: { variables: { GREETING: "hello" } },
    kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:base-key",
    tags: { Project: "recommender", Stack: "test" },
  });
});

describe("the zip of a handler that calls services", () => {
  const archive = packageHandler(recommendPetsFactory);

  test("answers and calls the service where there are no other packages", async () => {
    const folder = mkdtempSync(join(tmpdir(), "zip-"));
    for (const [name, bytes] of Object.entries(unzipSync(await zipOf(archive)))) {
      writeFileSync(join(folder, name), bytes);
    }
    const program = `const { handler } = require("./__index.js");
      const ask = (event) => handler(event).then(({ statusCode, body }) => console.log(statusCode, body));
      ask({ limit: 0 }).then(() => ask({})).catch((error) => console.log(error.name))`;
    const env = {
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      CAMPAIGN_ARN: "arn",
      DEADLINE_MILLISECONDS: "1000",
      FALLBACK_BUCKET: "data",
      FALLBACK_KEY: "key",
      FILTERS: "{}",
      FILTER_ARN_PREFIX: "arn:filter/",
      PLACEMENTS: '{"recommendation":{"campaign":"home","needsItem":false}}',
      STACK: "test",
    };
    const printed = execFileSync(process.execPath, ["-e", program], { cwd: folder, env, encoding: "utf8" });
    rmSync(folder, { recursive: true });
    expect(printed.split("\n").filter((line) => /^\d/.test(line))).toEqual([
      '400 {"message":"limit: must be a whole number from 1 to 500"}',
      '503 {"message":"Recommendations are not available at the moment."}',
    ]);
    // It tried to call the campaign and S3, at a port where nothing listens.
    expect(printed).toContain("ECONNREFUSED");
  });

  test("has the same bytes on every machine", async () => {
    const { text } = await pulumi.runtime.serializeFunction(recommendPetsFactory, { isFactoryFunction: true });
    const assets = await packageHandler(recommendPetsFactory).assets;
    // Maybe from an earlier run. The folder is shared: other processes deploy from it while this
    // test runs.
    const kept = readFileSync(await (assets["__index.js"] as pulumi.asset.FileAsset).path);
    const first = Buffer.from(await buildBundle(text));
    expect(first.equals(kept)).toBe(true);
    expect(first.includes(process.cwd())).toBe(false);
  });
});

test("refuses a factory that captures a secret, which the zip would expose", async () => {
  const token = pulumi.secret("hush");
  await expect(packageHandler(() => async () => token.get()).assets).rejects.toThrow(/[Ss]ecret/);
});

test("its role is Lambda's alone and may write its own log, decrypt its environment, and what it was given", () => {
  const role = recorder.one("aws:iam/role:Role", "greet-role").inputs;
  expect(JSON.parse(String(role.assumeRolePolicy)).Statement).toEqual([
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  ]);
  expect(listGrants(recorder.one("aws:iam/rolePolicy:RolePolicy", "greet-policy"))).toEqual([
    "kms:Decrypt -> arn:aws:kms:eu-west-1:123456789012:base-key via lambda",
    `logs:CreateLogStream -> arn:aws:cloudwatch:eu-west-1:123456789012:/aws/lambda/${name}:*`,
    `logs:PutLogEvents -> arn:aws:cloudwatch:eu-west-1:123456789012:/aws/lambda/${name}:*`,
    "sns:Publish -> arn:topic",
  ]);
});

test("its log group is there before it, under the name that Lambda writes to", () => {
  expect(recorder.one("aws:cloudwatch/logGroup:LogGroup", "greet-logs").inputs.name).toBe(`/aws/lambda/${name}`);
  const order = recorder.resources.map((each) => each.name);
  expect(order.indexOf("greet-logs")).toBeLessThan(order.indexOf("greet-function"));
});

test("in a network it runs there", () => {
  const { vpcConfig } = recorder.one("aws:lambda/function:Function", "inside-function").inputs;
  expect(vpcConfig).toEqual({ subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] });
});
