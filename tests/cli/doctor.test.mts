import { describe, expect, test } from "vitest";
import { isNameOf, judgeNeeds } from "../../cli/doctor/checks/quotas.ts";
import { formatResults } from "../../cli/doctor/doctor.ts";
import { explainError } from "../../cli/doctor/explain-error.ts";

describe("quotas", () => {
  test.each([
    [
      "a need that fits passes, and shows that the default was compared",
      5,
      0,
      "passed",
      "5 needed, 5 allowed (assumed)",
    ],
    ["more than the default is a warning: the account may have more", 6, 0, "warning", "6 needed, 5 allowed (assumed)"],
    ["what fits the account's own quota passes", 6, 6, "passed", "6 needed, 6 allowed"],
    ["more than the account's own quota has failed", 7, 6, "failed", "7 needed, 6 allowed"],
  ])("%s", (_what, needed, own, outcome, detail) => {
    const quota = "Active dataset groups";
    const applied = new Map(own > 0 ? [[quota, own]] : []);
    expect(judgeNeeds([{ quota, needed }], applied)).toMatchObject({ outcome, detail: `${quota}: ${detail}` });
  });

  test("what is in a dataset group is compared with the account's own quotas only", () => {
    const quota = "Active campaigns per dataset group";
    expect(judgeNeeds([{ quota, needed: 9 }], new Map()).outcome).toBe("passed");
    expect(judgeNeeds([{ quota, needed: 9 }], new Map([[quota, 5]])).outcome).toBe("failed");
  });
});

describe("an error in a check", () => {
  test.each([
    ["AccessDeniedException", "skipped"],
    ["AccessDenied", "skipped"],
    ["UnrecognizedClientException", "failed"],
    ["InternalFailure", "failed"],
  ])("%s is %s", (name, outcome) => {
    expect(explainError(Object.assign(new Error("x: y"), { name })).outcome).toBe(outcome);
  });
});

test("results are a table with the remedies", () => {
  const printed = formatResults([
    { name: "one", outcome: "passed", detail: "good" },
    { name: "two", outcome: "failed", detail: "bad", remedy: "Do this." },
    { name: "three", outcome: "skipped", detail: "unknown" },
  ]);
  expect(printed.split("\n")).toEqual([
    "check  result   found",
    "one    passed   good",
    "two    failed   bad",
    "                Do this.",
    "three  skipped  unknown",
  ]);
});

test("a name in Personalize is the program's name with a hash", () => {
  const name = "recommender-dev-pets";
  expect(isNameOf("recommender-dev-pets-0a1b2c3d", name)).toBe(true);
  expect(isNameOf("recommender-dev-pets", name)).toBe(false);
  expect(isNameOf("recommender-dev-pets-more-0a1b2c3d", name)).toBe(false);
  expect(isNameOf("recommender-dev2-pets-0a1b2c3d", name)).toBe(false);
});
