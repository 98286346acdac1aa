/** The models' patterns: none is slow for texts of an allowed length. */
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linearPattern } from "../../account/endpoint/linear-patterns.ts";
import type { Constraints } from "../../account/endpoint/validate.ts";
import { type HostileAccount, startHostileAccount } from "./harness.mts";

const file = new URL("../../account/endpoint/constraints.json", import.meta.url);
const { services } = JSON.parse(readFileSync(file, "utf8")) as Constraints;

/** Each pattern with the longest text that it is matched with: longer texts are refused by their length. */
const longest = new Map<string, number>();
for (const { pattern, max = 65_536 } of Object.values(services).flatMap((constraints) => Object.values(constraints))) {
  if (pattern !== undefined) longest.set(pattern, Math.max(longest.get(pattern) ?? 0, Math.min(max, 65_536)));
}
const patterns = [...longest];
const compiled = (pattern: string) => new RegExp(`^(?:${pattern})$`, "su");
const rewritten = patterns.filter(([pattern]) => linearPattern(pattern) !== pattern).map(([pattern]) => pattern);

/** The texts in a pattern, which a hostile value repeats. */
const pieces = (pattern: string) => [
  ...new Set([
    ...(pattern.replace(/\\d(\{\d+\})?/g, "000000000000").match(/[A-Za-z0-9:/_-]+/g) ?? []),
    ...["a", "0", " ", " !", "-", "_", "/", ":", ".", "A", "a.", "a-", "a/", "0.", "\t", "=", "@"],
  ]),
];

/** Repetitions of one and of two pieces, after the pattern's beginning, with an end that cannot match. */
function* hostileTexts(pattern: string, length: number): Iterable<string> {
  const [start = ""] = /^\^?\(?[A-Za-z:]*/.exec(pattern) ?? [];
  const all = pieces(pattern);
  const filled = (text: string) => `${text.slice(0, length - 1)}\u0000`;
  for (const beginning of ["", start.replace(/[\^(]/g, "")]) {
    for (const first of all) {
      yield filled(beginning + first.repeat(length / first.length));
      for (const second of all.slice(0, 12)) {
        yield filled(beginning + first.repeat(length / 2 / first.length) + second.repeat(length / 2 / second.length));
        yield filled(beginning + (first + second).repeat(length / (first.length + second.length)));
      }
    }
  }
}

test("matches every pattern of every service in time, with hostile texts of the greatest length", () => {
  const slow: string[] = [];
  for (const [pattern, length] of patterns) {
    const texts = [...hostileTexts(pattern, Math.min(length, 8_192))];
    // Two attempts, because the machine may be busy during one of them.
    if (!matchesInTime(pattern, texts) && !matchesInTime(pattern, texts)) slow.push(pattern);
  }
  expect(slow).toEqual([]);
});

/** Matches some hundred texts within a second, in a separate context whose time limit ends a pattern that never returns. */
function matchesInTime(pattern: string, texts: string[]): boolean {
  const context = createContext({ regexp: compiled(linearPattern(pattern)), texts });
  try {
    runInContext("for (const text of texts) regexp.test(text);", context, { timeout: 1_000 });
    return true;
  } catch {
    return false;
  }
}

describe("a rewritten pattern accepts the same texts as the model's", () => {
  test("and each of the models' slow patterns is rewritten", () => {
    expect(rewritten).toHaveLength(6);
  });

  test.each(rewritten)("%s", (pattern) => {
    const parts = fc.constantFrom(
      ...pieces(pattern),
      "arn:aws",
      "arn:",
      ":kinesis:",
      ":000000000000:",
      "stream/",
      "\n",
      "é",
      "\u007f",
    );
    const text = fc.array(parts, { maxLength: 9 }).map((list) => list.join(""));
    const [start = ""] = /^(?:\^?\(?)(arn)?/.exec(pattern)?.slice(1) ?? [];
    const shaped = fc
      .tuple(parts, parts, parts, parts)
      .map(([a, b, c, d]) => `${start}:aws${a}:kinesis:${b}:000000000000:${c}stream/${d}/consumer/${d}:1`);
    const [model, linear] = [compiled(pattern), compiled(linearPattern(pattern))];
    fc.assert(
      fc.property(fc.oneof(text, shaped), (value) => linear.test(value) === model.test(value)),
      { numRuns: 5_000 },
    );
  });
});

describe("a value of the greatest length", () => {
  let account: HostileAccount;
  beforeAll(async () => {
    account = await startHostileAccount();
  });
  afterAll(() => account.close());

  test("is refused by its length without matching the pattern", async () => {
    const StreamARN = `arn:aws${":kinesis:".repeat(30_000)}${":000000000000:stream/".repeat(30_000)}\t`;
    const body = JSON.stringify({ StreamARN });
    const answer = await account.attack({ service: "kinesis", operation: "DescribeStreamSummary", body });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("Member must have length less than or equal to 2048");
    expect(answer.text).not.toContain("regular expression");
  });

  test("is matched in time", async () => {
    const ResourceARN = `arn:aws${":kinesis:".repeat(60)}${":000000000000:".repeat(30)}${"stream//".repeat(200)}`;
    const body = JSON.stringify({ ResourceARN: `${ResourceARN.slice(0, 2_040)}\t` });
    const answer = await account.attack({ service: "kinesis", operation: "GetResourcePolicy", body });
    expect([400, 501]).toContain(answer.status);
  });
});
