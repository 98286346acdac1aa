import { describe, expect, test } from "vitest";
import { describeModels } from "../../stacks/config/models.ts";
import { readStack } from "../../stacks/config/read-stack.ts";
import { parseConfig } from "../support/parse-config.ts";
import { createProject, withFewRows } from "../support/stack-files.mts";

const project = createProject();

/** The lines about a configuration that is in the stack's file. */
const problemsOf = (given: string | Record<string, unknown>, stack = "prod") => {
  const { settings, files } = project.write(given, stack);
  try {
    parseConfig(settings, stack, files);
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
    const hyperParameters = { bptt: "29", hidden_dimension: "239", recency_mask: "true" };
    // docs/configuration.md, which the program writes, has the plain ones.
    expect(parseConfig({}, "prod")).toMatchObject({
      recommendationHyperParameters: hyperParameters,
      rerankingHyperParameters: hyperParameters,
      exploration: { explorationWeight: 0.1, explorationItemAgeCutOff: 65_500 },
      gates: { recommendation: sampleGate, reranking: sampleGate },
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

test("a value of 20,000 levels is refused with its key, also in the text of another value", () => {
  const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  expect(() => parseConfig({ tags: deep, filters: `{"a":${deep}}`, batchSize: deep }, "prod")).toThrow(
    /3 values are wrong(?:.*\n.*has more than 100 levels, one inside of the other){3}$/,
  );
  expect(() => parseConfig({ filters: { a: deep } }, "prod")).toThrow("recommender:filters.a: must have at most");
});

describe("a stack that is asleep", () => {
  test("is refused where its data are protected, also by default, with the key's name", () => {
    const read = (stack: string, settings: Record<string, unknown>) =>
      readStack({ project: "shop", stack, settings: withFewRows({ asleep: "true", ...settings }) }).config.asleep;
    const refusal =
      /recommender:asleep: cannot be true while deletionProtection is.*recommender:deletionProtection to false/;
    expect(() => read("prod", {})).toThrow(refusal);
    expect(() => read("dev", { deletionProtection: "true" })).toThrow(refusal);
    expect(read("prod", { deletionProtection: "false" })).toBe(true);
    expect(read("dev", {})).toBe(true);
  });

  test("is refused during an experiment, with the key's name", () => {
    const experiment = { name: "next-1", variants: { recommendation: 50, popular: 50 }, goal: "Application" };
    const placements = { popular: { list: "popular" } };
    expect(problemsOf({ asleep: "true", experiment, placements }, "dev")).toContainEqual(
      expect.stringMatching(
        /^ {2}recommender:asleep: cannot be true during the experiment next-1.*remove recommender:experiment/,
      ),
    );
    expect(problemsOf({ experiment, placements }, "dev")).toEqual([]);
  });
});

describe("values", () => {
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
  test("exploration is refused with a v2 recipe, together with other errors", () => {
    const raw = { recommendationRecipe: "aws-user-personalization-v2", explorationWeight: "0.2", batchSize: "0" };
    expect(problemsOf(raw)).toEqual([
      'Stack "prod": 2 values are wrong in the configuration; nothing was created.',
      "  recommender:batchSize: must be a whole number from 1 to 10000",
      expect.stringMatching(/line 4$/),
      "  recommender:explorationWeight: cannot be set: the recipe aws-user-personalization-v2 chooses its own exploration",
      expect.stringMatching(/line 3$/),
    ]);
  });

  test("throughput above the stack's cap is refused", () => {
    expect(problemsOf({ minProvisionedTPS: 11 })[1]).toBe(
      "  recommender:minProvisionedTPS: is 11, above maximumProvisionedTPS, which is 10",
    );
    const others = { recommendationRecipe: "none", rerankMinProvisionedTPS: 12, batchSize: "0" };
    expect(problemsOf({ minProvisionedTPS: 11, ...others })).toEqual(
      expect.arrayContaining([
        "  recommender:minProvisionedTPS: is 11, above maximumProvisionedTPS, which is 10",
        "  recommender:rerankMinProvisionedTPS: is 12, above maximumProvisionedTPS, which is 10",
      ]),
    );
    expect(parseConfig({ minProvisionedTPS: 11, maximumProvisionedTPS: 20 }, "prod").minProvisionedTPS).toBe(11);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["a fraction of an hour", { retentionHours: "24.5" }, "retentionHours: must be a whole number from 48 to 8760"],
    ["a threshold below 0", { promotionThreshold: "-1" }, "promotionThreshold: must be a number from 0 to 1"],
    [
      "a schedule that is none",
      { retrainingSchedule: "daily" },
      "retrainingSchedule: is not cron(…) or rate(…); it must",
    ],
    ["an address that is none", { notificationEmails: ["a"] }, 'notificationEmails.0: "a" is not an e-mail address'],
    ["a network without a VPC", { network: {} }, "network.vpcId: must be the id of a VPC"],
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
    // Guide, "User-Personalization recipe".
    ["exploration of nothing", { explorationItemAgeCutOff: 0 }, "explorationItemAgeCutOff: must be a number from 1"],
    [
      "an address twice",
      { notificationEmails: ["a@b.org", "a@b.org"] },
      'notificationEmails: must list each only once, and "a@b.org" is there twice',
    ],
    [
      "an event type twice",
      { eventTypes: ["View", "View"] },
      'eventTypes: must list each only once, and "View" is there twice',
    ],
    // IAM guide, "Tags for IAM resources".
    ["a tag of every stack", { tags: { project: "pets" } }, 'tags: "project" is there twice'],
    ["tags that differ in case", { tags: { Team: "a", team: "b" } }, 'tags: "team" is there twice'],
    [
      "a boundary that is no policy",
      { permissionsBoundaryArn: "boundary" },
      "permissionsBoundaryArn: must be the ARN of",
    ],
    ["a tag of AWS", { tags: { "aws:team": "a" } }, 'tags: "aws:team": give a key'],
    ["a tag without a name", { tags: { "": "a" } }, 'tags: "": give a key'],
    ["a tag with a long value", { tags: { team: "a".repeat(257) } }, 'tags: "team": give a key'],
    [
      "more tags than a resource can have",
      { tags: Object.fromEntries(Array.from({ length: 48 }, (_, tag) => [`t${tag}`, "a"])) },
      "tags: Give at most 47 tags",
    ],
    ["a quota that is not known", { quotas: { trackers: 2 } }, "quotas: "],
    ["a time zone in another case", { retrainingTimeZone: "europe/berlin" }, "retrainingTimeZone: must be a time zone"],
    ["a time zone that is an offset", { retrainingTimeZone: "+01:00" }, "retrainingTimeZone: must be a time zone"],
    ["a cron of five fields", { retrainingSchedule: "cron(0 3 * * ?)" }, "retrainingSchedule: cron() takes six fields"],
  ])("%s", (_what, raw, problem) => {
    const [head, found, place] = problemsOf(raw);
    expect(head).toBe('Stack "prod": 1 value is wrong in the configuration; nothing was created.');
    expect(found).toContain(`  recommender:${problem}`);
    expect(place).toMatch(/^ {4}\S*Pulumi\.prod\.yaml, line [23]/);
  });
});

test.each([
  [{ recommendationRecipe: "user-personalization" }, "recommendationRecipe", "aws-user-personalization"],
  [{ batchsize: 10 }, "batchsize", "batchSize"],
  [{ placements: { a: { recipe: "similar-items" } } }, "placements.a.recipe", "aws-similar-items"],
])("a refusal says what was probably meant: %j", (raw, key, near) => {
  expect(problemsOf(raw)[1]).toMatch(new RegExp(`^  recommender:${key}: .*; did you mean ${near}\\?$`));
});

test("a permissions boundary that the stack's deploy role could rewrite is refused", () => {
  const boundary = (name: string) =>
    readStack({
      project: "shop",
      stack: "prod",
      settings: withFewRows({ permissionsBoundaryArn: `arn:aws:iam::123456789012:policy/${name}` }),
    }).config.permissionsBoundaryArn;
  for (const name of ["shop-prod-boundary", "shop-prod-eu-boundary", "shop-prod-/boundary"]) {
    expect(() => boundary(name), name).toThrow(/permissionsBoundaryArn.* names begin with shop-prod-/);
  }
  for (const name of ["boundary", "shop-production", "teams/shop-prod-boundary"]) {
    expect(boundary(name)).toContain(name);
  }
});

describe("where text is meant", () => {
  // `pulumi config set --path` stores whole numbers as numbers, and true and false as flags.
  test("numbers and flags are the text that they are", () => {
    const raw = {
      tags: { costCentre: 4711, internal: true },
      recommendationHyperParameters: { bptt: 20, recency_mask: false },
      eventTypes: [1, "View"],
      placements: { a: { model: "recommendation", columns: [2024] } },
    };
    const { settings, files } = project.write(raw);
    expect(parseConfig(settings, "prod", files)).toMatchObject({
      tags: { costCentre: "4711", internal: "true" },
      recommendationHyperParameters: { bptt: "20", recency_mask: "false" },
      eventTypes: ["1", "View"],
      placements: { a: { columns: ["2024"] } },
    });
  });

  test.each([
    ["007", "7"],
    ["1.0", "1"],
    ["1e3", "1000"],
    ["0x1F", "31"],
    ["True", "true"],
    ["+5", "5"],
  ])("%s without quotes, of which YAML makes %s, is refused", (source, read) => {
    expect(problemsOf(`config:\n  recommender:tags:\n    a: b\n    zip: ${source}\n`).slice(1)).toEqual([
      `  recommender:tags.zip: is text, and ${source} without quotes is read as ${read}. Put it in quotes`,
      expect.stringMatching(/Pulumi\.prod\.yaml, line 4$/),
    ]);
    expect(problemsOf(`config:\n  recommender:tags:\n    a: b\n    zip: "${source}"\n`)).toEqual([]);
  });

  test("a number with more digits than the engine passes on is refused, in each file", () => {
    expect(() => parseConfig({ tags: '{"order":12345678901234567000}' }, "prod")).toThrow(
      "recommender:tags.order: is a number with more digits than are kept: put it in quotes",
    );
  });
});

describe("a list or an object that is written as text", () => {
  const placements = { similar: { recipe: "aws-similar-items" }, popular: { list: "popular" } };
  const text = (value: unknown) => JSON.stringify(value);

  test("is refused with its file, its line and the lines to put in its place, which are accepted", () => {
    const [, found, place, ...block] = problemsOf({ batchSize: 5, placements: text(placements) });
    expect(found).toBe(
      "  recommender:placements: is text, of which the Pulumi CLI cannot change a part. Put this in its place:",
    );
    expect(place).toMatch(/^ {4}\S*Pulumi\.prod\.yaml, line 3$/);
    expect(block).toEqual([
      "      recommender:placements:",
      "        similar:",
      "          recipe: aws-similar-items",
      "        popular:",
      "          list: popular",
    ]);
    const { settings, files } = project.write(`config:\n${block.map((line) => line.slice(4)).join("\n")}\n`);
    expect(parseConfig(settings, "prod", files).placements).toEqual(placements);
  });

  test("is refused inside of another one", () => {
    const [, found, , ...block] = problemsOf({ placements: { a: { recipe: "aws-sims", columns: '["NAME"]' } } });
    expect(found).toBe("  recommender:placements.a.columns: must be a list of texts, not text. Put this in its place:");
    expect(block).toEqual(["      columns:", "        - NAME"]);
  });

  test("is no text where text is meant", () => {
    expect(problemsOf({ placements: { a: { recipe: "aws-sims", columns: ["[1]"] } } })).toEqual([]);
  });

  test("is accepted in another form of the configuration, which no command changes in parts", () => {
    expect(parseConfig({ placements: text(placements) }, "prod").placements).toEqual(placements);
    const encrypted = project.write("config:\n  recommender:tags:\n    secure: AAAB\n");
    expect(parseConfig({ tags: text({ a: "b" }) }, "prod", encrypted.files).tags).toEqual({ a: "b" });
  });

  test("is refused in the project's file, with that file", () => {
    const ofTeam = createProject(`name: recommender\nconfig:\n  tags:\n    value: '{"a":"b"}'\n`);
    const { files } = ofTeam.write("config: {}\n");
    expect(() => parseConfig({ tags: '{"a":"b"}' }, "prod", files)).toThrow(
      /Pulumi\.yaml, line [34]\n {6}recommender:tags:\n {8}value:\n {10}a: b$/,
    );
  });
});

describe("no command is printed that would not change the value:", () => {
  const wrong = { eventTypes: '["A","A"]' };
  const refusal = (files: Parameters<typeof parseConfig>[2]) => {
    try {
      parseConfig(wrong, "prod", files);
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };

  test("a value that is in the project's file", () => {
    const ofTeam = createProject(`name: recommender\nconfig:\n  recommender:eventTypes:\n    value: [A, A]\n`);
    const { files } = ofTeam.write("config: {}\n");
    expect(refusal(files)).toMatch(/"A" is there twice\n.*Pulumi\.yaml, line 3$/);
  });

  test("an encrypted value", () => {
    expect(refusal(project.write("config:\n  recommender:eventTypes:\n    secure: AB\n").files)).toMatch(
      /twice\n.*line 2$/,
    );
  });

  test("a value of another file, which --config-file names", () => {
    expect(refusal(project.write("config: {}\n").files)).toMatch(/"A" is there twice$/);
    expect(refusal(undefined)).toMatch(/"A" is there twice$/);
  });
});
