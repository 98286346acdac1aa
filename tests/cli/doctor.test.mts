import { describe, expect, test } from "vitest";
import { judgeLife } from "../../cli/doctor/checks/credentials-life.ts";
import { judgeNeeds, type Need } from "../../cli/doctor/checks/quotas.ts";
import { createDefinition } from "../../cli/doctor/checks/state-machine.ts";
import { judgePulumi } from "../../cli/doctor/checks/tools.ts";
import { listDeployActions } from "../../cli/doctor/deploy-actions.ts";
import { formatResults } from "../../cli/doctor/doctor.ts";
import { explainError } from "../../cli/doctor/explain-error.ts";
import { isNameOf } from "../../cli/doctor/personalize-names.ts";
import { parseConfig } from "../../stacks/config.ts";

describe("the Pulumi CLI", () => {
  test.each([
    ["3.274.1", "3.270.0", "passed"],
    ["3.270.0", "3.270.0", "passed"],
    ["3.99.0", "3.270.0", "warning"],
    ["2.300.0", "3.270.0", "warning"],
    ["3.270.0-alpha.1", "3.270.0", "passed"],
    [undefined, "3.270.0", "warning"],
  ])("%s with the SDK %s: %s", (version, sdk, outcome) => {
    expect(judgePulumi(version, sdk).outcome).toBe(outcome);
  });
});

describe("the life of the credentials", () => {
  const hour = 3_600_000;
  const judge = (hours: number | undefined, isDeployed: boolean) =>
    judgeLife(
      { isTemporary: true, expiration: hours === undefined ? undefined : new Date(hours * hour), isDeployed },
      0,
    );
  test("three hours are enough for a first deployment", () => {
    expect(judge(3, false)).toEqual({ outcome: "passed", detail: "the session ends in 3.0 h" });
  });
  test("less is a warning before the first deployment, and enough later", () => {
    expect(judge(2.9, false).outcome).toBe("warning");
    expect(judge(0.2, true).outcome).toBe("passed");
  });
  test("an unknown end is skipped, and static keys pass", () => {
    expect(judge(undefined, false).outcome).toBe("skipped");
    expect(judgeLife({ isTemporary: false, expiration: undefined, isDeployed: false }, 0).outcome).toBe("passed");
  });
});

describe("quotas", () => {
  const need = (used: number, added: number): Need[] => [{ quota: "Active dataset groups", used, added }];
  test("a need that fits passes, and shows that the default was compared", () => {
    expect(judgeNeeds(need(4, 1), new Map())).toEqual({
      outcome: "passed",
      detail: "Active dataset groups: 4 used, 1 needed, 5 (default)",
    });
  });
  test("more than the default is a warning, because the account may have more", () => {
    expect(judgeNeeds(need(5, 1), new Map()).outcome).toBe("warning");
  });
  test("more than the account's own quota has failed", () => {
    const applied = new Map([["Active dataset groups", 6]]);
    expect(judgeNeeds(need(5, 1), applied).outcome).toBe("passed");
    expect(judgeNeeds(need(6, 1), applied)).toMatchObject({
      outcome: "failed",
      detail: "Active dataset groups: 6 used, 1 needed, 6",
    });
  });
});

describe("an error in a check", () => {
  const error = (name: string, status: number) =>
    Object.assign(new Error("x: y"), { name, $metadata: { httpStatusCode: status } });
  test.each([
    ["NotImplemented", 501, "skipped"],
    ["AccessDeniedException", 403, "skipped"],
    ["AccessDenied", 403, "skipped"],
    ["UnrecognizedClientException", 400, "failed"],
    ["InternalFailure", 500, "failed"],
  ])("%s (%i) is %s", (name, status, outcome) => {
    expect(explainError(error(name, status)).outcome).toBe(outcome);
  });
});

test("the definition has the ARNs of the stack's names, and a baseline only where it is configured", () => {
  const place = { account: "111122223333", region: "eu-west-1" };
  const text = (config: Record<string, unknown>) =>
    JSON.stringify(createDefinition(place, parseConfig(config, "prod"), "prod"));
  expect(text({})).toContain("arn:aws:personalize:eu-west-1:111122223333:campaign/recommender-prod-reranking");
  expect(text({})).not.toContain("recommender-prod-baseline");
  expect(text({ popularityBaseline: true })).toContain("solution/recommender-prod-baseline");
  expect(text({ rerankingEnabled: false })).not.toContain("recommender-prod-reranking");
});

test("results are a table, the remedies and a line with the counts", () => {
  const printed = formatResults([
    { name: "one", outcome: "passed", detail: "good" },
    { name: "two", outcome: "failed", detail: "bad", remedy: "Do this." },
    { name: "three", outcome: "skipped", detail: "unknown" },
  ]);
  expect(printed.split("\n")).toEqual([
    "check  result   found",
    "one    passed   good",
    "two    failed   bad",
    "three  skipped  unknown",
    "",
    "What to do:",
    "  two: Do this.",
    "",
    "1 passed, 0 warnings, 1 failed, 1 skipped",
  ]);
});

describe("the actions of a deployment", () => {
  test("are about resources with the stack's names, one entry for each", () => {
    const all = listDeployActions({ account: "111122223333", region: "eu-west-1" }, "prod");
    const resources = all.map(({ resource }) => resource);
    expect(resources).toContain("arn:aws:s3:::recommender-prod-data-111122223333/*");
    expect(resources).toContain(
      "arn:aws:personalize:eu-west-1:111122223333:campaign/recommender-prod-recommendation-01234567",
    );
    expect(resources.join()).not.toMatch(/[{}<>]/);
    const others = all.filter(({ passedTo }) => passedTo === undefined);
    expect(new Set(others.map(({ resource }) => resource)).size).toBe(others.length);
  });
  test("have the ARNs of the Region's partition", () => {
    const all = listDeployActions({ account: "111122223333", region: "cn-north-1" }, "prod");
    expect(all.every(({ resource }) => resource === "*" || resource.startsWith("arn:aws-cn:"))).toBe(true);
  });
});

test("a name in Personalize is a part's name with a hash", () => {
  expect(isNameOf("recommender-dev-pets-0a1b2c3d", "dev", "pets")).toBe(true);
  expect(isNameOf("recommender-dev-pets", "dev", "pets")).toBe(false);
  expect(isNameOf("recommender-dev-pets-more-0a1b2c3d", "dev", "pets")).toBe(false);
  expect(isNameOf("recommender-dev2-pets-0a1b2c3d", "dev", "pets")).toBe(false);
});
