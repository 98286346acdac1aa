// What `batchRecommendations` and `metricAttribution` add to a stack: a stack with both, compared with one without.
import { beforeAll, expect, test } from "vitest";
import { account, record, waitForRegistrations } from "../support/record.ts";
import { listGrants } from "../support/statements.ts";

const recorder = record({ stack: "dev" });
const { parseConfig } = await import("../../stacks/config.ts");
const { Recommender } = await import("../../stacks/recommender.ts");

new Recommender("plain", parseConfig({}, "dev"));
new Recommender("full", parseConfig({ batchRecommendations: true, metricAttribution: true }, "dev"));
beforeAll(waitForRegistrations);

/** The resources of a stack, as `Type logical-name` without the stack's name. */
const resourcesOf = (stack: string) =>
  recorder.resources
    .filter(({ name, custom }) => custom && name.startsWith(`${stack}-`))
    .map(({ type, name }) => `${type.split(":").at(-1)} ${name.slice(stack.length + 1)}`);

const policyOf = (role: string) => listGrants(recorder.one("aws:iam/rolePolicy:RolePolicy", `full-${role}-policy`));
const data = `arn:aws:s3:::recommender-dev-data-${account}`;
const key = `arn:aws:kms:eu-west-1:${account}:full-key`;

test("both together add exactly these resources", () => {
  const plain = resourcesOf("plain");
  const full = resourcesOf("full");
  expect(plain.filter((resource) => !full.includes(resource))).toEqual([]);
  expect(full.filter((resource) => !plain.includes(resource)).sort()).toEqual([
    "Function retraining-lists-write-user-list-function",
    "LogGroup retraining-lists-write-user-list-logs",
    "MetricAttribution attribution",
    "Role attribution-role",
    "Role retraining-lists-role",
    "Role retraining-lists-write-user-list-role",
    "RolePolicy attribution-policy",
    "RolePolicy retraining-lists-policy",
    "RolePolicy retraining-lists-write-user-list-policy",
  ]);
});

test("the role of the lists' jobs reads and writes below batch/ and nothing else", () => {
  expect(policyOf("retraining-lists")).toEqual([
    `kms:Decrypt -> ${key}`,
    `kms:GenerateDataKey -> ${key}`,
    `s3:GetObject -> ${data}/batch/*`,
    `s3:ListBucket -> ${data}`,
    `s3:PutObject -> ${data}/batch/*`,
  ]);
});

test("the attribution's role writes metrics and nothing else", () => {
  expect(policyOf("attribution")).toEqual(["cloudwatch:PutMetricData -> *"]);
});

test("the lists are deleted after their days, other objects are not", () => {
  const rulesOf = (stack: string) =>
    recorder.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", `${stack}-data-lifecycle`).inputs
      .rules as { filter?: { prefix?: string }; expiration?: { days?: number } }[];
  const expiring = (stack: string) => rulesOf(stack).filter(({ expiration }) => expiration?.days !== undefined);
  expect(expiring("plain")).toEqual([]);
  expect(expiring("full")).toMatchObject([{ filter: { prefix: "batch/" }, expiration: { days: 30 } }]);
});
