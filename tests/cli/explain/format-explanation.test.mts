import { expect, test } from "vitest";
import { describe, searchColumn, searchObject, showObject } from "../../../cli/explain/calls.ts";
import type { Finding } from "../../../cli/explain/checks.ts";
import { formatExplanation } from "../../../cli/explain/format-explanation.ts";

const finding = (cause: Finding["cause"], more: Partial<Finding> = {}): Finding => ({
  cause,
  text: `the reason ${cause}`,
  see: describe("filter", "arn:filter"),
  remedy: `the remedy of ${cause}`,
  ...more,
});

test("prints the sentence, the causes in their order with their numbers, and then the notes", () => {
  const causes = [finding("fallback"), finding("item-unknown", { run: "npx recommender status" })];
  expect(formatExplanation({ sentence: "10042 at home: no list.", causes, notes: ["a note"] })).toEqual([
    "10042 at home: no list.",
    "",
    "1. the reason fallback",
    "     aws personalize describe-filter --filter-arn arn:filter",
    "   the remedy of fallback",
    "",
    "2. the reason item-unknown",
    "     aws personalize describe-filter --filter-arn arn:filter",
    "   the remedy of item-unknown",
    "     npx recommender status",
    "",
    "a note",
  ]);
});

test.each(["\n2. all is well", "\r2. all is well", "\u001b[2J", "\u0085", "\u2028x", "\u202e"])(
  "no text from outside begins a line of its own, or controls the terminal: %j",
  (text) => {
    const object = { bucket: "quarantine", key: `quarantine/${text}.json` };
    const lines = formatExplanation({
      sentence: `${text} at home`,
      causes: [
        finding("event-not-delivered", { text: `was refused: ${text}`, see: showObject(object) }),
        finding("visitor-unknown", { see: searchColumn(object, 0, text), run: searchObject(object, text) }),
      ],
      notes: [`Not read: ${text}`],
    });
    expect(lines.filter((line) => /\p{Cc}|[\u2028-\u202e]/u.test(line))).toEqual([]);
    expect(lines.filter((line) => /^\d/.test(line))).toHaveLength(2);
  },
);
