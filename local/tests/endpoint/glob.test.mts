import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyOne, anyRun, compileGlob, type GlobToken, glob, matchSubstring, starGlob } from "../../account/aws/glob.ts";

test.each<[string, string, boolean]>([
  ["", "", true],
  ["", "a", false],
  ["a", "a", true],
  ["*", "", true],
  ["*", "a\nb", true],
  ["a*b*c", "a1b2c", true],
  ["a*b*c", "acb", false],
  ["ab*ba", "aba", false],
  ["a**b", "ab", true],
  ["a?c", "abc", true],
  ["a?c", "ac", false],
  ["*?", "", false],
  ["*a?c*", "xxabxa1cy", true],
  ["a.c+(", "a.c+(", true],
  ["a.c", "abc", false],
])("the pattern %j on %j is %s", (pattern, text, expected) => {
  expect(glob(pattern)(text)).toBe(expected);
});

test("? is an ordinary character in a language without it", () => {
  expect(starGlob("a?*")("a?b")).toBe(true);
  expect(starGlob("a?*")("abb")).toBe(false);
});

test("literal text may contain wildcards", () => {
  expect(compileGlob(["*", anyRun, "?"])("*x?")).toBe(true);
  expect(compileGlob(["*", anyRun, "?"])("yx?")).toBe(false);
  expect(compileGlob([])("")).toBe(true);
});

/** Matches by trying all possibilities, as a definition. */
function matches([first, ...rest]: readonly GlobToken[], text: string): boolean {
  if (first === undefined) return text === "";
  if (first === anyOne) return text !== "" && matches(rest, text.slice(1));
  if (first === anyRun) return matches(rest, text) || (text !== "" && matches([first, ...rest], text.slice(1)));
  return text.startsWith(first) && matches(rest, text.slice(first.length));
}

describe("properties", () => {
  const letters = (maxLength: number) => fc.string({ unit: fc.constantFrom("a", "b"), maxLength });

  test("matches the same texts as the definition", () => {
    const tokens = fc.array(fc.oneof(letters(3), fc.constantFrom(anyRun, anyOne)), { maxLength: 6 });
    fc.assert(
      fc.property(tokens, letters(10), (pattern, text) => {
        expect(compileGlob(pattern)(text)).toBe(matches(pattern, text));
      }),
      { numRuns: 5_000 },
    );
  });

  test("? matches in segments that are longer than the bits of a number", () => {
    const long = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 30, maxLength: 100 });
    fc.assert(
      fc.property(long, letters(100), letters(100), fc.integer({ min: 1, max: 5 }), (text, before, after, every) => {
        const segment = [...text].map((letter, i) => (i % every === 0 ? "?" : letter)).join("");
        const fits = (given: string) => new RegExp(segment.replaceAll("?", ".")).test(given);
        const other = before + [...text].map((letter) => (letter === "a" ? "b" : "a")).join("") + after;
        expect(glob(`*${segment}*`)(before + text + after)).toBe(true);
        expect(glob(`*${segment}*`)(other)).toBe(fits(other));
      }),
    );
  });

  test("finds a literal of any length where indexOf finds it", () => {
    const long = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 60, maxLength: 70 });
    fc.assert(
      fc.property(long, letters(200), fc.boolean(), (literal, text, contained) => {
        const given = contained ? `${text}${literal}${text}` : text;
        expect(matchSubstring(literal)(given)).toBe(given.includes(literal));
      }),
    );
  });
});

test.each([
  ["many *", `${"*a".repeat(2_000)}*b*`, "a".repeat(200_000)],
  ["many * and ?", `${"*a?".repeat(2_000)}*b*`, "a".repeat(200_000)],
  ["a long literal", `*b${"a".repeat(5_000)}*`, "a".repeat(1_000_000)],
])("a pattern with %s ends without a match on a text that almost matches", (_, pattern, text) => {
  expect(glob(pattern)(text)).toBe(false);
});
