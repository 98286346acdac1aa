/** The models' patterns, and the regular expressions of callers: none is slow. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { testPattern } from "../../account/aws/bounded-regexp.ts";
import { fitsPattern } from "../../account/model/model-patterns.ts";
import type { Constraints } from "../../account/model/validate.ts";
import { costOf, measureSlowness } from "./work/cost.ts";

const file = new URL("../../account/model/constraints.json", import.meta.url);
const { services } = JSON.parse(readFileSync(file, "utf8")) as Constraints;

/** Each pattern with the longest text that it is matched with: longer texts are refused by their length. */
const longest = new Map<string, number>();
for (const { pattern, max = 65_536 } of Object.values(services).flatMap((constraints) => Object.values(constraints))) {
  if (pattern !== undefined) longest.set(pattern, Math.max(longest.get(pattern) ?? 0, Math.min(max, 65_536)));
}
const patterns = [...longest.keys()];

const slowness = await measureSlowness();

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
      for (const second of all.slice(0, 6)) {
        yield filled(beginning + first.repeat(length / 2 / first.length) + second.repeat(length / 2 / second.length));
      }
    }
  }
}

/** In characters: a pattern that is slow is found before it takes hours. */
const lengths = [100, 400, 1_600, 6_400];

test("matches every pattern of every service in linear time, with hostile texts", async () => {
  const slow: string[] = [];
  for (const [pattern, most] of longest) {
    for (const length of lengths.map((one) => Math.min(one, most))) {
      const texts = [...hostileTexts(pattern, length)];
      const cost = await costOf(() => texts.map((text) => fitsPattern(pattern, text)));
      // A microsecond for each character, and compiling the pattern.
      if (cost <= (20 + (texts.length * length) / 1_000) * slowness) continue;
      slow.push(`${pattern}: ${cost.toFixed(0)} ms for ${texts.length} texts of ${length} characters`);
      break;
    }
  }
  expect(slow).toEqual([]);
});

test("accepts the texts that the models' patterns accept", () => {
  const parts = (pattern: string) => fc.constantFrom(...pieces(pattern), "arn:aws", ":000000000000:", "\n", "\u007f");
  const one = fc
    .constantFrom(...patterns)
    .chain((pattern) => fc.tuple(fc.constant(pattern), fc.array(parts(pattern), { maxLength: 7 })));
  fc.assert(
    fc.property(one, ([pattern, list]) => {
      const text = list.join("").slice(0, 40);
      return fitsPattern(pattern, text) === new RegExp(`^(?:${pattern})$`, "su").test(text);
    }),
    { numRuns: 20_000 },
  );
});

describe("an expression of a caller", () => {
  const text = `${"a".repeat(8_000)}!`;

  test.each(["(a+)+", "(a|a)*", "(.*a){20}", "([a-z]+)*\\d", "(a?){500}b", "((a*)*)*"])(
    "%s is matched in linear time",
    async (source) => {
      let verdict: string | undefined;
      const cost = await costOf(() => {
        verdict = testPattern(source, text);
      });
      expect(verdict).toBe("differs");
      expect(cost).toBeLessThan(200 * slowness);
    },
  );

  test("that looks ahead is matched, and given up when it backtracks", () => {
    expect(testPattern("(?=.*\\d)[a-z\\d]{4,}", "abc1")).toBe("matches");
    expect(testPattern("(?=.*\\d)[a-z\\d]{4,}", "abcd")).toBe("differs");
    expect(testPattern("(?=(a+)+$)b", text)).toBe("too slow");
    expect(testPattern("(", text)).toBe("invalid");
  });
});
