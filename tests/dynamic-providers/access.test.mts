import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readAccess } from "../../dynamic-providers/service/access.ts";

const environment = { ...process.env };
beforeEach(() => {
  process.env = { PATH: environment.PATH ?? "" };
});
afterEach(() => {
  process.env = environment;
});

/** The access by a configuration of these keys, as text, without their prefix. */
const access = (config: Readonly<Record<string, string>>) => readAccess((key) => config[key.replace(/^aws:/, "")]);

/** Keys that change nothing for Amazon Personalize and STS, and why. */
const harmless = {
  s3UsePathStyle: "Amazon S3 only",
  s3UsEast1RegionalEndpoint: "Amazon S3 only",
  skipCredentialsValidation: "the credentials are not validated before they are used",
  skipRegionValidation: "the Region is not validated",
  skipRequestingAccountId: "the account is asked for only to compare it",
  tokenBucketRateLimiterCapacity: "the SDK limits its own rate",
  userAgents: "a name in a header",
};
/** The resources' constructors read it. */
const byProgram = ["defaultTags"];

const example: Readonly<Record<string, string>> = {
  assumeRoles: '[{"roleArn": "arn:aws:iam::222222222222:role/worker"}]',
  assumeRoleWithWebIdentity: '{"roleArn": "arn:aws:iam::222222222222:role/web"}',
  allowedAccountIds: '["222222222222"]',
  forbiddenAccountIds: "[222222222222]",
  endpoints: '[{"personalize": "http://127.0.0.1:1"}, {"sts": "http://127.0.0.1:2"}]',
  sharedConfigFiles: '["/a/config"]',
  sharedCredentialsFiles: '["~/credentials"]',
  maxRetries: "3",
  skipMetadataApiCheck: "true",
  useDualstackEndpoint: "true",
  useFipsEndpoint: "true",
  insecure: "true",
  tagPolicyCompliance: "error",
};

describe("each key of the aws provider is honoured, harmless, or refused by its name", () => {
  const declared = createRequire(import.meta.url).resolve("@pulumi/aws/config/vars.d.ts");
  const keys = [...readFileSync(declared, "utf8").matchAll(/export declare const (\w+):/g)].map(([, key = ""]) => key);

  test("the package declares its keys where they are looked for", () => {
    expect(keys.length).toBeGreaterThan(30);
  });

  test.each(keys)("aws:%s", (key) => {
    const before = { access: access({}), env: { ...process.env } };
    const after = access({ [key]: example[key] ?? "eu-central-1" });
    if (key in harmless || byProgram.includes(key)) {
      expect(after).toEqual(before.access);
    } else if (after.problem === undefined) {
      expect([after, process.env]).not.toEqual([before.access, before.env]);
    } else {
      expect(after.problem).toContain(`aws:${key}`);
    }
  });

  test.each(["insecure", "httpProxy", "tagPolicyCompliance", "ignoreTags"])(
    "aws:%s that is off is not refused",
    (key) => {
      const off = { insecure: "false", httpProxy: "", tagPolicyCompliance: "disabled", ignoreTags: "{}" }[key] ?? "";
      expect(access({ [key]: off }).problem).toBeUndefined();
    },
  );
});

test("numbers of accounts, durations and repeats are read as the aws provider reads them", () => {
  const roles = [
    { roleArn: "arn:aws:iam::222222222222:role/a/b", duration: "1h30m", externalId: "x", policyArns: ["arn"] },
  ];
  const config = { forbiddenAccountIds: "[222222222222]", maxRetries: "0", assumeRoles: JSON.stringify(roles) };
  expect(access(config)).toMatchObject({
    forbidden: ["222222222222"],
    clients: { personalize: { maxAttempts: 1 } },
    roles: [
      {
        RoleArn: "arn:aws:iam::222222222222:role/a/b",
        DurationSeconds: 5400,
        ExternalId: "x",
        PolicyArns: [{ arn: "arn" }],
      },
    ],
  });
});

const role = (more: object) => ({
  assumeRoles: JSON.stringify([{ roleArn: "arn:aws:iam::222222222222:role/a", ...more }]),
});
test.each([
  ["a duration of 90", role({ duration: "90" }), 'the duration "90"'],
  ["a role without an ARN", role({ roleArn: "worker" }), 'aws:assumeRoles: "worker" is not the ARN of a role'],
  ["several files", { sharedConfigFiles: '["a", "b"]' }, "aws:sharedConfigFiles lists several files"],
])("%s is refused", (_what, config, problem) => {
  expect(access(config).problem).toContain(problem);
});
