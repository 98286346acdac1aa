import { describe, expect, test } from "vitest";
import { configKeys, parseConfig } from "../../stacks/config.ts";
import { describeModels } from "../../stacks/models.ts";

const problemsOf = (raw: Record<string, unknown>, stack = "prod") => {
  try {
    parseConfig(raw, stack);
  } catch (error) {
    return error instanceof Error ? error.message.split("\n") : [];
  }
  return [];
};

const sampleGate = {
  promotionMetric: "normalized_discounted_cumulative_gain_at_5",
  promotionThreshold: 0.01,
  allowedMetricDrop: 0.02,
  comparedVersions: 5,
};

describe("without any key", () => {
  test("the defaults are those of the sample, where it has them", () => {
    expect(parseConfig({}, "prod")).toMatchObject({
      retentionHours: 48,
      batchSize: 1_000,
      archiveBufferSeconds: 300,
      archiveBufferMegabytes: 50,
      recommendationRecipe: "aws-user-personalization",
      rerankingRecipe: "aws-personalized-ranking",
      recommendationHyperParameters: { bptt: "29", hidden_dimension: "239", recency_mask: "true" },
      rerankingHyperParameters: { bptt: "29", hidden_dimension: "239", recency_mask: "true" },
      exploration: { explorationWeight: 0.1, explorationItemAgeCutOff: 65_500 },
      minProvisionedTPS: 1,
      rerankMinProvisionedTPS: 1,
      gates: { recommendation: sampleGate, reranking: sampleGate },
      rerankingEnabled: true,
      retrainingSchedule: "cron(0 3 * * ? *)",
      notificationEmails: [],
      network: "none",
      filters: {},
      leastNewEvents: 100,
      servingConcurrency: 100,
    });
  });

  test("concurrency can be left to the account", () => {
    expect(parseConfig({ servingConcurrency: "none" }, "prod").servingConcurrency).toBe("none");
    expect(problemsOf({ servingConcurrency: "0" })).toContain(
      "  recommender:servingConcurrency: must be a whole number from 1 to 10000, or none",
    );
  });

  test("data are protected, except in the stack dev", () => {
    expect(parseConfig({}, "prod").deletionProtection).toBe(true);
    expect(parseConfig({}, "dev").deletionProtection).toBe(false);
    expect(parseConfig({ deletionProtection: "true" }, "dev").deletionProtection).toBe(true);
  });
});

describe("values", () => {
  test("are texts, as the CLI stores them", () => {
    const raw = {
      retentionHours: "72",
      promotionThreshold: "0.05",
      rerankingEnabled: "false",
      notificationEmails: '["team@example.org"]',
      filters: '{"species":"INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ($SPECIES)"}',
      network: '{"vpcId":"vpc-0a1","subnetIds":["subnet-0a1"],"securityGroupIds":["sg-0a1"]}',
    };
    expect(parseConfig(raw, "prod")).toMatchObject({
      retentionHours: 72,
      gates: { recommendation: { promotionThreshold: 0.05 } },
      rerankingEnabled: false,
      notificationEmails: ["team@example.org"],
      filters: { species: "INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ($SPECIES)" },
      network: { vpcId: "vpc-0a1", subnetIds: ["subnet-0a1"], securityGroupIds: ["sg-0a1"] },
    });
  });

  test("the re-ranking gate follows the other one unless it has its own", () => {
    const gateOf = (raw: object) => parseConfig({ promotionThreshold: 0.3, ...raw }, "prod").gates.reranking;
    expect(gateOf({})).toEqual({ ...sampleGate, promotionThreshold: 0.3 });
    expect(gateOf({ rerankPromotionThreshold: 0 })).toEqual({ ...sampleGate, promotionThreshold: 0 });
  });

  test("v2 recipes get neither the sample's hyperparameters nor exploration", () => {
    const raw = {
      recommendationRecipe: "aws-user-personalization-v2",
      rerankingRecipe: "aws-personalized-ranking-v2",
    };
    expect(parseConfig(raw, "prod")).toMatchObject({
      recommendationHyperParameters: {},
      rerankingHyperParameters: {},
    });
    expect(describeModels(parseConfig(raw, "prod")).map(({ exploration }) => exploration)).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe("wrong values", () => {
  test("are all in one error, each with its key and the command that fixes it", () => {
    const raw = {
      recommendationRecipe: "my-recipe",
      promotionThreshold: "-1",
      notificationEmails: '["someone"]',
      network: '{"subnetIds":["a"]}',
      retrainingSchedule: "daily",
      batchsize: "10",
    };
    expect(problemsOf(raw)).toEqual([
      'Stack "prod": 7 values are wrong in the configuration; nothing was created.',
      "  recommender:recommendationRecipe: must be one of aws-user-personalization, aws-user-personalization-v2",
      "    pulumi config set recommender:recommendationRecipe aws-user-personalization --stack prod",
      "  recommender:promotionThreshold: must be a number from 0 to 1",
      "    pulumi config set recommender:promotionThreshold 0.01 --stack prod",
      "  recommender:retrainingSchedule: is not cron(…) or rate(…); it must be cron(minutes hours day-of-month month day-of-week year) or rate(n minutes|hours|days)",
      "    pulumi config set recommender:retrainingSchedule 'cron(0 3 * * ? *)' --stack prod",
      '  recommender:notificationEmails.0: "someone" is not an e-mail address',
      `    pulumi config set recommender:notificationEmails '["team@example.org"]' --stack prod`,
      "  recommender:network.vpcId: must be the id of a VPC",
      expect.stringMatching(/^ {4}pulumi config set recommender:network '\{"vpcId":.+\}' --stack prod$/),
      "  recommender:network.subnetIds.0: must list at least one id that begins with subnet-",
      expect.stringMatching(/^ {4}pulumi config set recommender:network /),
      "  recommender:batchsize: is not a key of this program; did you mean batchSize?",
      "    pulumi config rm recommender:batchsize --stack prod",
    ]);
  });

  test("exploration is refused with a v2 recipe, together with other errors", () => {
    const raw = { recommendationRecipe: "aws-user-personalization-v2", explorationWeight: "0.2", batchSize: "0" };
    expect(problemsOf(raw)).toEqual([
      'Stack "prod": 2 values are wrong in the configuration; nothing was created.',
      "  recommender:batchSize: must be a whole number from 1 to 10000",
      "    pulumi config set recommender:batchSize 1000 --stack prod",
      "  recommender:explorationWeight: cannot be set: the recipe aws-user-personalization-v2 chooses its own exploration",
      "    pulumi config rm recommender:explorationWeight --stack prod",
    ]);
  });

  test("throughput above the stack's cap is refused", () => {
    expect(problemsOf({ minProvisionedTPS: 11 })[1]).toBe(
      "  recommender:minProvisionedTPS: is 11, above maximumProvisionedTPS, which is 10",
    );
    expect(parseConfig({ minProvisionedTPS: 11, maximumProvisionedTPS: 20 }, "prod").minProvisionedTPS).toBe(11);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["a fraction of an hour", { retentionHours: "24.5" }, "retentionHours: must be a whole number from 48 to 8760"],
    ["a word as truth value", { rerankingEnabled: "yes" }, "rerankingEnabled: must be true or false"],
    [
      "one address that is no list",
      { notificationEmails: "a@b.org" },
      "notificationEmails: must be a list of e-mail addresses",
    ],
    [
      "a retention that CloudWatch does not know",
      { logRetentionDays: "31" },
      "logRetentionDays: must be one of 1, 3, 5",
    ],
    [
      "a time zone that is none",
      { retrainingTimeZone: "Mars/Base" },
      "retrainingTimeZone: must be a time zone, such as",
    ],
    ["a network that is none", { network: "some" }, "network: must be none, create, or an object with"],
    [
      "a filter's name with a space",
      { filters: { "my filter": "x" } },
      "filters.my filter: must have a name of 1 to 30",
    ],
    ["a retention shorter than a weekend", { retentionHours: 47 }, "retentionHours: must be a whole number from 48"],
    // Guide, "User-Personalization recipe".
    ["exploration of nothing", { explorationItemAgeCutOff: 0 }, "explorationItemAgeCutOff: must be a number from 1"],
    [
      "an address twice",
      { notificationEmails: ["a@b.org", "a@b.org"] },
      "notificationEmails: must list each only once",
    ],
    ["an event type twice", { eventTypes: ["View", "View"] }, "eventTypes: must list each only once"],
    // IAM guide, "Tags for IAM resources".
    ["a tag of every stack", { tags: { project: "pets" } }, 'tags: "project" is there twice'],
    ["tags that differ in case", { tags: { Team: "a", team: "b" } }, 'tags: "team" is there twice'],
    [
      "a boundary that is no policy",
      { permissionsBoundaryArn: "boundary" },
      "permissionsBoundaryArn: must be the ARN of",
    ],
    ["a tag of AWS", { tags: { "aws:team": "a" } }, 'tags: "aws:team": give a key'],
    ["a quota that is not known", { quotas: { trackers: 2 } }, "quotas: "],
    ["a cron with two days", { retrainingSchedule: "cron(0 3 * * * *)" }, "retrainingSchedule: exactly one of"],
    [
      "a cron with minute 99",
      { retrainingSchedule: "cron(99 3 * * ? *)" },
      'retrainingSchedule: minutes: "99" is not one of',
    ],
    ["a time zone in another case", { retrainingTimeZone: "europe/berlin" }, "retrainingTimeZone: must be a time zone"],
    ["a time zone that is an offset", { retrainingTimeZone: "+01:00" }, "retrainingTimeZone: must be a time zone"],
    ["a cron of five fields", { retrainingSchedule: "cron(0 3 * * ?)" }, "retrainingSchedule: cron() takes six fields"],
  ])("%s", (_what, raw, problem) => {
    const [head, found, remedy] = problemsOf(raw);
    expect(head).toBe('Stack "prod": 1 value is wrong in the configuration; nothing was created.');
    expect(found).toContain(`  recommender:${problem}`);
    expect(remedy).toMatch(/^ {4}pulumi config ((set|rm)|rm --path) '?recommender:\w+/);
  });
});

test.each([
  [
    { retrainingShedule: "x" },
    "recommender:retrainingShedule: is not a key of this program; did you mean retrainingSchedule?",
  ],
  [{ anything: "x" }, /recommender:anything: is not a key of this program\n/],
  [
    { quotas: { campaign: 6 } },
    /quotas: has no key campaign; did you mean campaigns\?\n.* rm --path recommender:quotas.campaign /,
  ],
  [
    { network: { vpcID: "vpc-0a" } },
    /network: has no key vpcID; did you mean vpcId\?\n.* rm --path recommender:network.vpcID /,
  ],
  [{ quotas: { campaigns: 2000 } }, "config set --path recommender:quotas.campaigns 1000"],
  [
    { recommendationRecipe: "user-personalization-v2" },
    "config set recommender:recommendationRecipe aws-user-personalization-v2",
  ],
  [
    { filters: { cats: "INCLUDE", dogs: 'INCLUDE ItemID WHERE Items.A IN ("1")' } },
    "config rm --path recommender:filters.cats",
  ],
])("%j: says what was meant, and keeps the other values", (raw, text) => {
  expect(() => parseConfig(raw, "prod")).toThrow(text);
});

test("wrong filters are in the same error as other wrong values", () => {
  const problems = problemsOf({
    batchSize: 0,
    filters: { cats: "INCLUDE", dogs: "EXCLUDE ItemID" },
    placements: { a: {} },
  });
  expect(problems[0]).toContain("4 values are wrong");
});

test("every remedy's value is one that is accepted", () => {
  const wrongEverywhere = Object.fromEntries(configKeys.map((key) => [key, [null]]));
  const remedies = problemsOf(wrongEverywhere).filter((line) => line.includes("config set"));
  expect(remedies.length).toBeGreaterThan(30);
  const fixed = remedies.map((line) => /recommender:(\w+) '?(.*?)'? --stack/.exec(line)?.slice(1) ?? []);
  // A list is no variant where callers can send filters.
  expect(problemsOf({ ...Object.fromEntries(fixed), filters: {} })).toEqual([]);
});

test("remedies name the command that started the program", () => {
  process.env.PULUMI_COMMAND = "npx recommender pulumi";
  try {
    const [, , remedy] = problemsOf({ batchSize: "many" });
    expect(remedy).toBe("    npx recommender pulumi config set recommender:batchSize 1000 --stack prod");
  } finally {
    delete process.env.PULUMI_COMMAND;
  }
});

test("a permissions boundary that the stack's deploy role could rewrite is refused", () => {
  const boundary = (name: string) =>
    parseConfig({ permissionsBoundaryArn: `arn:aws:iam::123456789012:policy/${name}` }, "prod").permissionsBoundaryArn;
  for (const name of ["recommender-prod-boundary", "recommender-prod-eu-boundary", "recommender-prod-/boundary"])
    expect(() => boundary(name), name).toThrow(/permissionsBoundaryArn.* names begin with recommender-prod-/);
  for (const name of ["boundary", "recommender-production", "teams/recommender-prod-boundary"])
    expect(boundary(name)).toContain(name);
});
