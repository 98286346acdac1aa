import { afterAll, expect, vi } from "vitest";
import { createAws } from "../../../pulumi/provider/aws.ts";
import { createProvider, type LocalProvider } from "../../../pulumi/provider/provider.ts";
import type { Properties } from "../../../pulumi/provider/resource.ts";
import { openAccount } from "../../support/account.mts";
import { policyOf } from "../../support/roles.ts";
import { codeOf } from "./sample.ts";

/**
 * Opens an account for a test file, and the provider in it, whose clients get the account's address
 * from the environment, as in the plugin.
 */
export async function openStage() {
  const account = await openAccount({ speed: 300 });
  vi.stubEnv("AWS_ENDPOINT_URL", account.origin);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "000000000000");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  afterAll(() => {
    vi.unstubAllEnvs();
  });
  const provider = createProvider(createAws("eu-west-1"));
  return {
    account,
    provider,
    stage: await setStage(provider),
    /** Creates a resource as the engine does: checked inputs first. */
    async create(type: string, name: string, news: Properties) {
      const { inputs, failures } = provider.check(type, name, {}, news);
      expect(failures).toEqual([]);
      return { inputs, ...(await provider.create(type, inputs)) };
    },
  };
}

/**
 * Creates the resources that the samples refer to, and a role that every service may assume with
 * all permissions.
 */
async function setStage(provider: LocalProvider): Promise<Properties> {
  const create = async (type: string, inputs: Properties) =>
    (await provider.create(type, provider.check(type, "stage", {}, inputs).inputs)).outs;
  const services = ["lambda", "firehose", "states", "scheduler", "events"].map((name) => `${name}.amazonaws.com`);
  const policy = (statement: object) => policyOf([statement]);
  const role = await create("aws:iam/role:Role", {
    assumeRolePolicy: policy({ Effect: "Allow", Principal: { Service: services }, Action: "sts:AssumeRole" }),
  });
  const everything = policy({ Effect: "Allow", Action: "*", Resource: "*" });
  await create("aws:iam/rolePolicy:RolePolicy", { role: role.name, policy: everything });
  const policyArn = (await create("aws:iam/policy:Policy", { policy: everything })).arn;
  const { bucket } = await create("aws:s3/bucket:Bucket", {});
  const stream = await create("aws:kinesis/stream:Stream", { shardCount: 1 });
  const topic = await create("aws:sns/topic:Topic", {});
  const group = await create("aws:cloudwatch/logGroup:LogGroup", {});
  const rule = await create("aws:cloudwatch/eventRule:EventRule", { eventPattern: '{"source":["pets"]}' });
  const key = await create("aws:kms/key:Key", {
    policy: policy({ Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" }),
  });
  const fn = await create("aws:lambda/function:Function", {
    role: role.arn,
    code: codeOf("exports.handler = async () => 0;"),
    handler: "index.handler",
    runtime: "nodejs24.x",
  });
  const names = { role: role.name, bucket, logGroup: group.name, functionName: fn.name, rule: rule.name };
  const arns = { roleArn: role.arn, streamArn: stream.arn, topicArn: topic.arn, logGroupArn: group.arn };
  return { ...names, ...arns, functionArn: fn.arn, keyArn: key.arn, keyId: key.keyId, policyArn };
}
