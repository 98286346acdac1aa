import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { buildBundle } from "../../components/lambda/esbuild-bundle.ts";
import { zipHandler } from "../../components/lambda/zip.ts";
import { recommendPetsFactory } from "../../functions/recommend-pets.ts";
import { zipOf } from "../../local/pulumi/provider/archive.ts";
import { recordFull, recordUsual } from "../stacks/recorded-stacks.mts";
import { listGrants } from "../support/statements.ts";

const { stack } = await recordUsual();
const { stack: full } = await recordFull();

const type = "aws:lambda/function:Function";
const name = "recommender-dev-recommend-pets";

test("a function states everything that it would otherwise get by default", () => {
  const { code: _, environment, ...settings } = stack.one(type, "recommender-serving-recommend-function").inputs;
  expect(settings).toEqual({
    name,
    description: expect.any(String),
    handler: "__index.handler",
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    timeout: 11,
    memorySize: 512,
    role: `arn:aws:iam:eu-west-1:123456789012:${name}`,
    reservedConcurrentExecutions: 100,
    kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:recommender-key",
    tags: { Project: "recommender", Stack: "dev" },
  });
  expect(environment).toMatchObject({ variables: { STACK: "dev" } });
});

describe("the zip of a handler that calls services", () => {
  const archive = zipHandler(recommendPetsFactory);

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
      FILTER_PARAMETERS: "{}",
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
    const assets = await zipHandler(recommendPetsFactory).assets;
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
  await expect(zipHandler(() => async () => token.get()).assets).rejects.toThrow(/[Ss]ecret/);
});

test("its role is Lambda's alone and may write its own log, decrypt its environment, and what it was given", () => {
  const role = stack.one("aws:iam/role:Role", "recommender-serving-recommend-role").inputs;
  expect(JSON.parse(String(role.assumeRolePolicy)).Statement).toEqual([
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  ]);
  const policy = stack.one("aws:iam/rolePolicy:RolePolicy", "recommender-serving-recommend-policy");
  expect(listGrants(policy).filter((grant) => /^(kms|logs):/.test(grant))).toEqual([
    "kms:Decrypt -> arn:aws:kms:eu-west-1:123456789012:recommender-key via lambda",
    "kms:Decrypt -> arn:aws:kms:eu-west-1:123456789012:recommender-key via s3",
    `logs:CreateLogStream -> arn:aws:cloudwatch:eu-west-1:123456789012:/aws/lambda/${name}:*`,
    `logs:PutLogEvents -> arn:aws:cloudwatch:eu-west-1:123456789012:/aws/lambda/${name}:*`,
  ]);
});

test("its log group is there before it, under the name that Lambda writes to", () => {
  const logs = stack.one("aws:cloudwatch/logGroup:LogGroup", "recommender-serving-recommend-logs");
  expect(logs.inputs.name).toBe(`/aws/lambda/${name}`);
  const order = stack.resources.map((each) => each.name);
  expect(order.indexOf(logs.name)).toBeLessThan(order.indexOf("recommender-serving-recommend-function"));
});

test("in a network it runs there", () => {
  const { vpcConfig } = full.one(type, "full-serving-recommend-function").inputs;
  expect(vpcConfig).toEqual({
    subnetIds: ["subnet-a", "subnet-b"],
    securityGroupIds: ["full-network-functions-id"],
  });
});
