// A preview with wrong settings: everything that is wrong in one error, without the trace of a
// program that broke.
import { S3 } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sdk } from "../../local/tests/support/aws.ts";
import { createRole, sessionOf } from "../../local/tests/support/roles.ts";
import { needsPulumi } from "../support/engine.ts";
import { takeSome } from "../support/second-ring.ts";
import { type Environment, openEnvironment } from "./environment.mts";

type Settings = Readonly<Record<string, string>>;

describe("A preview", needsPulumi, () => {
  let stack: Environment;
  beforeAll(async () => {
    stack = await openEnvironment("wrong");
  });
  afterAll(async () => {
    stack.engine.forget();
    await stack.account.close();
  });

  /** What a preview prints with these settings, which are removed afterwards. */
  const preview = async (settings: Settings) => {
    stack.engine.configure(settings);
    const printed = await stack.engine.run("preview").then(
      () => "",
      (error: Error) => error.message,
    );
    stack.engine.configure(Object.fromEntries(Object.keys(settings).map((key) => [key, undefined])));
    return printed;
  };

  const cases: readonly [string, Settings, string][] = [
    // Pulumi's real provider for networks is not here, and the local account has no VPCs.
    ["a new network", { network: "create" }, "recommender:network: it cannot be looked up: "],
    ["a VPC without its subnets", { network: '{"vpcId":"vpc-0a1"}' }, "recommender:network: it cannot be looked up: "],
    [
      "a Region that does not exist",
      { "aws:region": "eu-wst-1" },
      "aws:region: eu-wst-1 is not a Region that this program's AWS SDK knows.",
    ],
    [
      "a Region of another partition",
      { "aws:region": "us-gov-west-1" },
      "aws:region: us-gov-west-1 is not in the partition aws, for which this program is written.",
    ],
    ["a role that is no role", { "aws:assumeRoles": "[5]" }, 'aws:assumeRoles: "" is not the ARN of a role.'],
    ["files that are no list", { "aws:sharedConfigFiles": "[~/.aws" }, "aws:sharedConfigFiles is not JSON."],
  ];
  test.each(takeSome(cases, 5))("with %s ends with one error in one line", async (_what, settings, message) => {
    const printed = await preview(settings);
    expect(printed).toContain(`error: ${message}`);
    expect(printed).toMatch(/\b1 errored/);
    expect(printed).not.toMatch(/unhandled exception|Warning: |^\s+at /m);
  });

  test("refuses the name of another experiment, and says so of a role that cannot look, in one error each", async () => {
    const Bucket = "recommender-wrong-data-000000000000";
    const s3 = new S3(sdk(stack.account));
    await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } });
    await s3.putObject({ Bucket, Key: "experiments/v2/0123456789abcdef.json", Body: "{}" });
    const variants = { recommendation: 50, twin: 50 };
    const settings = {
      placements: '{"twin":{"model":"recommendation"}}',
      experiment: JSON.stringify({ name: "v2", variants, goal: "DetailView" }),
    };
    const used = await preview(settings);
    expect(used).toContain('error: recommender:experiment.name: "v2" is the name of another experiment');
    expect(used.match(/\berror: /g)).toHaveLength(1 + Number(used.includes("Diagnostics:")));

    const actions = ["ssm:*", "cloudwatch:ListTagsForResource", "personalize:*"].map((Action) => ({
      Action,
      Resource: "*",
    }));
    const role = await createRole(stack.account, "looks", "000000000000", actions);
    const refused = await stack.engine.as(await sessionOf(stack.account, role), () => preview(settings));
    expect(refused).toMatch(
      /error: recommender:experiment: it cannot be read whether the name is free.*s3:ListBucket/s,
    );
    expect(refused).not.toContain("error serializing");
  });

  test("reports wrong values and wrong keys of both providers at once, with the file that the engine reads", async () => {
    const printed = await preview({
      batchSize: "0",
      eventTypes: '["A","A"]',
      "aws:accessKey": "AK",
      "aws:regoin": "eu-west-1",
    });
    expect(printed).toMatch(/batchSize: must be a whole number from 1 to 10000\s+\S+\/Pulumi\.wrong\.yaml, line \d+\s/);
    expect(printed).toMatch(/eventTypes: must list each only once, .*\s+\S+\/Pulumi\.wrong\.yaml, line \d+\s/);
    expect(printed).toContain("aws:accessKey and aws:secretKey must be set together");
    expect(printed).toMatch(
      /aws:regoin \(\S+Pulumi\.wrong\.yaml, line \d+\): is not a key of the aws provider; did you mean aws:region\?/,
    );
  });

  test("says what it did not look at where the stack wants no check of its credentials", async () => {
    stack.engine.configure({ "aws:skipCredentialsValidation": "true" });
    const printed = await stack.engine.run("preview");
    stack.engine.configure({ "aws:skipCredentialsValidation": undefined });
    expect(printed).toContain("aws:skipCredentialsValidation is true, so that this run did not look at the account");
  });

  test("refuses a list that `pulumi config set` wrote as text", async () => {
    await stack.engine.run("config", "set", "recommender:eventTypes", '["DetailView"]');
    const printed = await preview({});
    stack.engine.configure({ eventTypes: undefined });
    expect(printed).toMatch(
      /recommender:eventTypes: is text.*\s+\S+\/Pulumi\.wrong\.yaml, line \d+\s+recommender:eventTypes:\s+- DetailView/,
    );
  });
});
